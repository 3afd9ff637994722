/*
 * measure COMMAND [ARGUMENT...]
 *
 * Runs a command with its output thrown away and prints what it took as one line of JSON: wall time by the monotonic
 * clock from fork to collection, processor time and peak memory of it and of those it waited for, as wait4(2) has them.
 * A shell or a larger runner would add milliseconds of its own.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double milliseconds(struct timespec at) { return at.tv_sec * 1e3 + at.tv_nsec / 1e6; }

static double of_rusage(struct timeval spent) { return spent.tv_sec * 1e3 + spent.tv_usec / 1e3; }

int main(int count, char **words) {
  if (count < 2) {
    fprintf(stderr, "usage: measure COMMAND [ARGUMENT...]\n");
    return 2;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);

  struct timespec began, ended;
  struct rusage usage;
  pid_t pid;
  int status;
  clock_gettime(CLOCK_MONOTONIC, &began);
  int error = posix_spawnp(&pid, words[1], &actions, NULL, words + 1, environ);
  if (error != 0) {
    fprintf(stderr, "measure: %s: %s\n", words[1], strerror(error));
    return 1;
  }
  if (wait4(pid, &status, 0, &usage) != pid) {
    perror("measure: wait4");
    return 1;
  }
  clock_gettime(CLOCK_MONOTONIC, &ended);
  printf("{\"wallMs\":%.3f,\"cpuMs\":%.3f,\"peakKiB\":%ld,\"exit\":%d}\n", milliseconds(ended) - milliseconds(began),
         of_rusage(usage.ru_utime) + of_rusage(usage.ru_stime), usage.ru_maxrss,
         WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return 0;
}
