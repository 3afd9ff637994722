/*
 * A command that leaves all it can behind, and the worst of it.
 *
 *   escapee DIRECTORY [comet]
 *
 * Itself, a child, one that was forked twice, and one that has a session of its own besides: all ignore TERM,
 * HUP and INT, and write a file DIRECTORY/PID when they are there. `comet` adds one that forks and ends,
 * over and over: whoever looks for it finds the last one dead.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *directory;

static void there(void) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%d", directory, (int)getpid());
  int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (file >= 0) close(file);
}

static void stay(void) {
  there();
  for (;;) pause();
}

static void comet(void) {
  there();
  for (;;) {
    usleep(200);
    pid_t child = fork();
    if (child > 0) _exit(0);
  }
}

int main(int count, char **arguments) {
  if (count < 2) return 2;
  directory = arguments[1];
  signal(SIGTERM, SIG_IGN), signal(SIGHUP, SIG_IGN), signal(SIGINT, SIG_IGN);
  if (fork() == 0) stay();
  if (fork() == 0) {
    if (fork() == 0) stay();
    _exit(0);
  }
  if (fork() == 0) {
    setsid();
    if (fork() == 0) stay();
    _exit(0);
  }
  if (count > 2 && strcmp(arguments[2], "comet") == 0 && fork() == 0) {
    setsid();
    comet();
  }
  stay();
}
