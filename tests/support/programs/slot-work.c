/*
 * Work that needs a slot, and an independent record of it: what worked when, by its own clock, in
 * memory that all share. Whoever is killed has its last sign of life there.
 *
 *   slot-work RECORD MICROSECONDS                   works, with whatever slot it was given
 *   slot-work RECORD MICROSECONDS DIRECTORY MAX MS  takes a slot as sqlite-graphrag does: creates the file
 *                                                   exclusively, locks it, writes `pid=`, works, removes it
 *                                                   by its name; looks every 100 ms, 75 when none came in time
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* 32 bytes each; the first is the counter. */
struct record {
  int64_t pid, from_ns, last_ns, theirs;
};
#define RECORDS 65536

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int take(const char *directory, int max, long wait_ms, char *path, size_t room) {
  int64_t until = now_ns() + wait_ms * 1000000LL;
  for (;;) {
    for (int id = 0; id < max; id++) {
      snprintf(path, room, "%s/slot-%d.lock", directory, id);
      int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
      if (file < 0) continue;
      if (flock(file, LOCK_EX | LOCK_NB) == 0) {
        dprintf(file, "pid=%d\n", (int)getpid());
        return file;
      }
      close(file);
    }
    if (now_ns() >= until) return -1;
    usleep(100000);
  }
}

int main(int count, char **arguments) {
  if (count != 3 && count != 6) return 2;
  int shared = open(arguments[1], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (shared < 0 || ftruncate(shared, RECORDS * sizeof(struct record)) != 0) return 3;
  struct record *records = mmap(NULL, RECORDS * sizeof(struct record), PROT_READ | PROT_WRITE, MAP_SHARED, shared, 0);
  if (records == MAP_FAILED) return 3;
  char path[4096] = "";
  int slot = -1;
  if (count == 6) {
    slot = take(arguments[3], atoi(arguments[4]), atol(arguments[5]), path, sizeof path);
    if (slot < 0) return 75;
  }
  int64_t at = __atomic_add_fetch(&records[0].pid, 1, __ATOMIC_SEQ_CST);
  if (at >= RECORDS) return 3;
  struct record *mine = &records[at];
  mine->theirs = count == 6;
  mine->from_ns = mine->last_ns = now_ns();
  mine->pid = getpid();
  int64_t until = mine->from_ns + atol(arguments[2]) * 1000LL;
  while (now_ns() < until) {
    usleep(300);
    mine->last_ns = now_ns();
  }
  if (slot >= 0) {
    unlink(path);
    close(slot);
  }
  return 0;
}
