/*
 * One of the crowd: linked under many names, it sleeps until it is killed. On descriptor 3 somebody waits for it to be
 * what it wants to look like.
 *
 * Like npm it takes a first argument with a blank as its title, kernel name included. With BENCH_STUBBORN in its
 * environment it ignores TERM.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int count, char **words) {
  if (count > 0 && strchr(words[0], ' ') != NULL) prctl(PR_SET_NAME, words[0], 0, 0, 0);
  if (getenv("BENCH_STUBBORN") != NULL) signal(SIGTERM, SIG_IGN);
  close(3);
  for (;;) pause();
}
