/*
 * Starts a program as its child, holds the other ends of its pipes, and lives until it is killed.
 *
 *   launch [-s] [-n] [-e NAME] LABEL PROGRAM ARGV0 [ARGUMENT...]
 *
 *   -s       be a subreaper: orphans below come to us (prctl(2), PR_SET_CHILD_SUBREAPER)
 *   -n       the child gets our own standard streams instead of pipes
 *   -e NAME  the child finds our pid in this variable
 *   LABEL    the child's TEST_LABEL
 *
 * A child that ends leaves a file gone-PID in TEST_READY.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **arguments) {
  int option, pipes = 1;
  const char *owner = NULL;
  while ((option = getopt(count, arguments, "+sne:")) != -1) {
    if (option == 's') prctl(PR_SET_CHILD_SUBREAPER, 1);
    else if (option == 'n') pipes = 0;
    else if (option == 'e') owner = optarg;
    else return 2;
  }
  if (count - optind < 3) return 2;
  char number[16];
  snprintf(number, sizeof number, "%d", (int)getpid());
  int in[2], out[2], err[2];
  if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)) return 1;
  if (fork() == 0) {
    if (pipes) dup2(in[0], 0), dup2(out[1], 1), dup2(err[1], 2);
    if (owner != NULL) setenv(owner, number, 1);
    setenv("TEST_LABEL", arguments[optind], 1);
    execv(arguments[optind + 1], arguments + optind + 2);
    _exit(127);
  }
  close(in[0]), close(out[1]), close(err[1]);
  for (;;) {
    int child = wait(NULL);
    if (child < 0) {
      pause();
      continue;
    }
    char path[4096];
    snprintf(path, sizeof path, "%s/gone-%d", getenv("TEST_READY"), child);
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (file >= 0) close(file);
  }
}
