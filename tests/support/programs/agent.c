/*
 * Stands in for an agent: does nothing, and reports what happens to it.
 *
 *   TEST_READY  directory; a file named after TEST_LABEL appears there, with the pid in it, once all is set up
 *   TEST_LABEL  the name of that file; without it the pid is the name
 *   TEST_TERM   ends (default), ignores, forks: what SIGTERM does
 *   TEST_LOG    directory; each signal that was handled leaves a file PID.SIGNAL there
 *   TEST_CHILD  label of a child of the same program and arguments that it starts
 *   TEST_CHILD_AS  executable that this child runs instead, without arguments
 *   TEST_CHILD_TERM  what SIGTERM does to it
 *   TEST_USER   becomes this user for those who want to signal it (real and saved uid)
 *   TEST_END    ends by itself when this file appears
 *   TEST_EXEC   executable that SIGUSR1 makes it run instead of itself; its label is `execd`
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *ready_directory, *log_directory, *other_program;
static enum { ENDS, IGNORES, FORKS } on_term = ENDS;

static void mark(const char *directory, const char *name, int pid) {
  char path[4096], aside[4096];
  if (directory == NULL) return;
  snprintf(path, sizeof path, "%s/%s", directory, name);
  snprintf(aside, sizeof aside, "%s/.%d", directory, pid);
  int file = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return;
  dprintf(file, "%d", pid);
  close(file);
  rename(aside, path);
}

static void take(int signal) {
  char name[64];
  snprintf(name, sizeof name, "%d.%d", (int)getpid(), signal);
  mark(log_directory, name, getpid());
  if (signal == SIGUSR1 && other_program != NULL) {
    setenv("TEST_LABEL", "execd", 1);
    execl(other_program, other_program, (char *)NULL);
  }
  if (signal != SIGTERM) return;
  if (on_term == ENDS) _exit(0);
  /* Bounded: in a careless namespace this must not become a bomb. */
  if (on_term == FORKS) for (int child = 0; child < 4; child++) if (fork() == 0) return;
}

int main(int count, char **arguments) {
  (void)count;
  const char *child = getenv("TEST_CHILD");
  if (child != NULL && fork() == 0) {
    setenv("TEST_LABEL", child, 1);
    unsetenv("TEST_CHILD");
    const char *term = getenv("TEST_CHILD_TERM"), *other = getenv("TEST_CHILD_AS");
    if (term != NULL) setenv("TEST_TERM", term, 1);
    if (other != NULL) execl(other, other, (char *)NULL);
    execv("/proc/self/exe", arguments);
    _exit(127);
  }
  char number[16];
  snprintf(number, sizeof number, "%d", (int)getpid());
  const char *term = getenv("TEST_TERM"), *label = getenv("TEST_LABEL");
  ready_directory = getenv("TEST_READY");
  log_directory = getenv("TEST_LOG");
  other_program = getenv("TEST_EXEC");
  if (term != NULL && strcmp(term, "ignores") == 0) on_term = IGNORES;
  if (term != NULL && strcmp(term, "forks") == 0) on_term = FORKS;
  struct sigaction action = {.sa_handler = take, .sa_flags = SA_RESTART};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGUSR1, &action, NULL);
  const char *user = getenv("TEST_USER");
  if (user != NULL && setresuid(atoi(user), geteuid(), atoi(user)) != 0) return 1;
  mark(ready_directory, label != NULL ? label : number, getpid());
  const char *over = getenv("TEST_END");
  for (;;) {
    if (over == NULL) pause();
    else if (access(over, F_OK) == 0) return 0;
    else usleep(2000);
  }
}
