/*
 * Makes short-lived processes without end, so that pids are given away again and again, and reports every
 * signal that reaches one of them.
 *
 *   storm DIRECTORY PARALLEL LIFE_US
 *
 * Keeps PARALLEL children alive, each for up to LIFE_US microseconds, every fourth up to fifty times that. DIRECTORY/births is the running count (a
 * mapped 64-bit number). Ends when DIRECTORY/calm appears and writes DIRECTORY/storm.json:
 * {"births": n, "hits": [{"pid", "bornNs", "hitNs", "signal"}]}, times of CLOCK_MONOTONIC. A birth is noted before the
 * fork, so a process is never younger than it says.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_HITS = 10000, MOST_PIDS = 65536 };
struct hit { int64_t pid, born, at, signal; };
struct shared { uint64_t births, hits; struct hit hit[MOST_HITS]; };

static struct shared *shared;
static int64_t born_now, born_of[MOST_PIDS];

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void note(int pid, int64_t born, int signal) {
  uint64_t at = __atomic_fetch_add(&shared->hits, 1, __ATOMIC_SEQ_CST);
  if (at >= MOST_HITS) return;
  struct hit *hit = &shared->hit[at];
  hit->pid = pid, hit->born = born, hit->at = now();
  /* Last: whoever is killed while it notes leaves none, and its parent notes the kill. */
  __atomic_store_n(&hit->signal, signal, __ATOMIC_RELEASE);
}

static void take(int signal) { note(getpid(), born_now, signal); }

/* KILL and STOP cannot be handled: the parent sees them. */
static int collect(int options) {
  int status, pid = waitpid(-1, &status, options | WUNTRACED);
  if (pid <= 0) return 0;
  if (WIFSTOPPED(status)) return note(pid, born_of[pid % MOST_PIDS], WSTOPSIG(status)), 0;
  if (WIFSIGNALED(status)) note(pid, born_of[pid % MOST_PIDS], WTERMSIG(status));
  return 1;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  char births[4096], calm[4096], report[4096];
  snprintf(births, sizeof births, "%s/births", arguments[1]);
  snprintf(calm, sizeof calm, "%s/calm", arguments[1]);
  snprintf(report, sizeof report, "%s/storm.json", arguments[1]);
  int parallel = atoi(arguments[2]), life = atoi(arguments[3]), alive = 0;
  int file = open(births, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0 || ftruncate(file, sizeof *shared) != 0) return 1;
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (shared == MAP_FAILED) return 1;
  const int handled[] = {SIGTERM, SIGCONT, SIGHUP, SIGINT, SIGUSR1, SIGUSR2};
  struct sigaction action = {.sa_handler = take};
  for (unsigned at = 0; at < sizeof handled / sizeof *handled; at++) sigaction(handled[at], &action, NULL);

  while (shared->births % 64 != 0 || access(calm, F_OK) != 0) {
    born_now = now();
    /* A few stay long enough to be held and signalled while the numbers around them go round. */
    long nap = life > 0 ? random() % (random() % 4 == 0 ? 50L * life : life) : 0;
    int pid = fork();
    if (pid == 0) {
      if (nap > 0) usleep((useconds_t)nap);
      _exit(0);
    }
    if (pid > 0) {
      born_of[pid % MOST_PIDS] = born_now;
      shared->births++;
      alive++;
    }
    while (alive > 0 && (alive >= parallel || pid < 0)) {
      if (collect(0)) alive--;
      pid = 0;
    }
    while (alive > 0 && collect(WNOHANG)) alive--;
  }
  while (alive > 0) if (collect(0)) alive--;

  FILE *out = fopen(report, "w");
  if (out == NULL) return 1;
  fprintf(out, "{\"births\":%lu,\"hits\":[", (unsigned long)shared->births);
  for (uint64_t at = 0, told = 0; at < shared->hits && at < MOST_HITS; at++) {
    struct hit *hit = &shared->hit[at];
    if (hit->signal == 0) continue;
    fprintf(out, "%s{\"pid\":%ld,\"bornNs\":%ld,\"hitNs\":%ld,\"signal\":%ld}", told++ ? "," : "", (long)hit->pid,
            (long)hit->born, (long)hit->at, (long)hit->signal);
  }
  fprintf(out, "]}");
  return fclose(out);
}
