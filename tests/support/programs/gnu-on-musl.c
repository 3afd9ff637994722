/*
 * What Debian's libstdc++ and libgcc ask of glibc and musl does not have, so that they load under musl: Debian has no
 * libstdc++ that was built for it. Laid where libstdc++ looks for glibc's loader, ld-linux-x86-64.so.2.
 *
 * None of it is asked for by what the tests do; that it is there is enough.
 */
#include <locale.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

char __libc_single_threaded = 0;
unsigned __cpu_model[8];

int __cpu_indicator_init(void) { return 0; }

extern size_t strftime_l(char *, size_t, const char *, const struct tm *, locale_t);

size_t __strftime_l(char *into, size_t room, const char *format, const struct tm *time, locale_t locale) {
  return strftime_l(into, room, format, time, locale);
}

uint32_t arc4random(void) {
  uint32_t number;
  if (getrandom(&number, sizeof number, 0) != sizeof number) abort();
  return number;
}

/* Nothing is destroyed with its thread. */
int __cxa_thread_atexit_impl(void (*destroy)(void *), void *object, void *library) {
  (void)destroy, (void)object, (void)library;
  return 0;
}

/* Not found: unwinding walks the list of libraries in its place. */
int _dl_find_object(void *address, void *found) {
  (void)address, (void)found;
  return -1;
}
