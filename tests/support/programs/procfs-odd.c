/*
 * odd KIND [WORD]: becomes a process of an unusual kind, prints the pid that is meant and waits.
 *   name HEX     goes by these bytes
 *   threads      its main thread has ended, another works on
 *   zombie       a child that is dead and not collected
 *   orphan       a grandchild whose parent is dead
 *   closed       may not be dumped: its directory in /proc belongs to root
 *   title TEXT   has written a title over its arguments
 *   hangup       ignores SIGHUP
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void ready(pid_t pid) {
  printf("%d\n", pid);
  fflush(stdout);
}

static void *work(void *main_thread) {
  /* Joined: the main thread has ended, so the kernel calls the process a zombie. */
  pthread_join(*(pthread_t *)main_thread, 0);
  char path[64], line[512] = "";
  while (!strstr(line, ") Z ")) {
    snprintf(path, sizeof path, "/proc/%d/stat", getpid());
    FILE *stat = fopen(path, "r");
    if (!stat || !fgets(line, sizeof line, stat)) exit(1);
    fclose(stat);
  }
  ready(getpid());
  for (;;) pause();
}

int main(int count, char **words) {
  const char *kind = count > 1 ? words[1] : "";
  char *word = count > 2 ? words[2] : "";
  static pthread_t main_thread;
  pthread_t worker;
  if (!strcmp(kind, "name")) {
    char name[16] = "";
    for (int at = 0; at < 15 && word[2 * at]; at++) {
      unsigned byte;
      sscanf(word + 2 * at, "%2x", &byte);
      name[at] = (char)byte;
    }
    prctl(PR_SET_NAME, name);
  } else if (!strcmp(kind, "threads")) {
    main_thread = pthread_self();
    pthread_create(&worker, 0, work, &main_thread);
    pthread_exit(0);
  } else if (!strcmp(kind, "zombie") || !strcmp(kind, "orphan")) {
    int told[2];
    pid_t middle, last;
    if (pipe(told) < 0) return 1;
    if (!(middle = fork())) {
      if (!strcmp(kind, "zombie")) _exit(0);
      if (!(last = fork())) for (;;) pause();
      if (write(told[1], &last, sizeof last) < 0) _exit(1);
      _exit(0);
    }
    siginfo_t info;
    waitid(P_PID, middle, &info, WEXITED | (strcmp(kind, "zombie") ? 0 : WNOWAIT));
    if (!strcmp(kind, "orphan") && read(told[0], &middle, sizeof middle) < 0) return 1;
    ready(middle);
    for (;;) pause();
  } else if (!strcmp(kind, "closed")) {
    prctl(PR_SET_DUMPABLE, 0);
  } else if (!strcmp(kind, "title")) {
    size_t room = words[count - 1] + strlen(words[count - 1]) - words[0];
    char *title = strdup(word);
    memset(words[0], 0, room + 1);
    memcpy(words[0], title, strlen(title) < room ? strlen(title) : room);
  } else if (!strcmp(kind, "hangup")) {
    signal(SIGHUP, SIG_IGN);
  }
  ready(getpid());
  for (;;) pause();
}
