/*
 * A library to be loaded into a program (LD_PRELOAD): from the start there is a second thread, which waits and takes no
 * signal.
 */
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static void *wait_for_ever(void *nothing) {
  for (;;) pause();
  return nothing;
}

__attribute__((constructor)) static void begin(void) {
  sigset_t all, before;
  pthread_t thread;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_create(&thread, NULL, wait_for_ever, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}
