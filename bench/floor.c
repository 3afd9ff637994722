/*
 * The floor: the least a program can do to see the process table. Walks /proc and reads and parses one `stat` for
 * each process (proc_pid_stat(5)), every field that the product's table has; no name is looked up, nothing is judged,
 * one line is printed.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct process {
  int pid, ppid, pgid, sid, tty, tpgid, threads;
  char state;
  char name[64];
  unsigned long long ticks_used, start, resident_pages;
};

/* The name may hold any byte but NUL: it ends at the last parenthesis. */
static int parse(char *line, struct process *into) {
  char *open = strchr(line, '(');
  char *close = strrchr(line, ')');
  if (open == NULL || close == NULL) return 0;
  size_t length = (size_t)(close - open - 1);
  if (length >= sizeof into->name) length = sizeof into->name - 1;
  memcpy(into->name, open + 1, length);
  into->name[length] = 0;
  into->pid = atoi(line);
  unsigned long long user, system;
  int found = sscanf(close + 2,
                     "%c %d %d %d %d %d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %d %*d %llu %*u %llu",
                     &into->state, &into->ppid, &into->pgid, &into->sid, &into->tty, &into->tpgid, &user, &system,
                     &into->threads, &into->start, &into->resident_pages);
  into->ticks_used = user + system;
  return found == 11;
}

int main(void) {
  size_t room = 1024, count = 0;
  struct process *table = malloc(room * sizeof *table);
  DIR *proc = opendir("/proc");
  if (table == NULL || proc == NULL) {
    perror("floor: /proc");
    return 1;
  }
  struct dirent *entry;
  while ((entry = readdir(proc)) != NULL) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    char path[300], line[4096];
    snprintf(path, sizeof path, "%s/stat", entry->d_name);
    int fd = openat(dirfd(proc), path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) continue;
    ssize_t length = read(fd, line, sizeof line - 1);
    close(fd);
    if (length <= 0) continue;
    line[length] = 0;
    if (count == room) {
      room *= 2;
      table = realloc(table, room * sizeof *table);
      if (table == NULL) {
        perror("floor");
        return 1;
      }
    }
    if (parse(line, &table[count])) count++;
  }
  closedir(proc);
  unsigned long long pages = 0;
  for (size_t at = 0; at < count; at++) pages += table[at].resident_pages;
  printf("%zu processes, %llu resident pages\n", count, pages);
  return 0;
}
