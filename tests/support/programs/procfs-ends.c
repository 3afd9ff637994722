/*
 * ends KIND [PATH]: starts a child whose standard streams are of the given kind, holds their other
 * ends itself, prints the child's pid (and a sibling's) and waits to be killed.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HIGH = 20, KEPT = 7 };

static int child_end[3] = { -1, -1, -1 };
static int kept = -1;

static void fail(const char *what) { perror(what); exit(1); }

static int high(int fd) {
  int moved = fcntl(fd, F_DUPFD, HIGH);
  if (moved < 0) fail("F_DUPFD");
  close(fd);
  return moved;
}

static int opened(const char *path, int flags) {
  int fd = open(path, flags, 0600);
  if (fd < 0) fail(path);
  return high(fd);
}

static void pipes(int wrong_way) {
  for (int fd = 0; fd < 3; fd++) {
    int p[2];
    if (pipe(p) < 0) fail("pipe");
    p[0] = high(p[0]);
    p[1] = high(p[1]);
    child_end[fd] = p[(fd == 0) == !wrong_way ? 0 : 1];
  }
}

static void sockets(int type) {
  for (int fd = 0; fd < 3; fd++) {
    int s[2];
    if (socketpair(AF_UNIX, type, 0, s) < 0) fail("socketpair");
    child_end[fd] = high(s[0]);
    high(s[1]);
  }
}

static void terminal(void) {
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0) fail("pty");
  const char *name = ptsname(master);
  for (int fd = 0; fd < 3; fd++) child_end[fd] = opened(name, O_RDWR | O_NOCTTY);
  high(master);
}

static void tcp(void) {
  struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  socklen_t size = sizeof at;
  int server = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(server, (struct sockaddr *)&at, size) < 0 || listen(server, 1) < 0) fail("listen");
  getsockname(server, (struct sockaddr *)&at, &size);
  int client = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(client, (struct sockaddr *)&at, size) < 0) fail("connect");
  child_end[0] = high(client);
  child_end[1] = opened("/dev/null", O_WRONLY);
  child_end[2] = high(accept(server, 0, 0));
}

static void files(const char *directory) {
  char path[4096];
  child_end[0] = opened("/dev/zero", O_RDONLY);
  snprintf(path, sizeof path, "%s/output", directory);
  child_end[1] = opened(path, O_WRONLY | O_CREAT);
  unlink(path);
  snprintf(path, sizeof path, "%s/kept (deleted)", directory);
  child_end[2] = opened(path, O_WRONLY | O_CREAT);
}

static void fifo(const char *directory) {
  char path[4096];
  snprintf(path, sizeof path, "%s/fifo", directory);
  mkfifo(path, 0600);
  opened(path, O_RDWR);
  child_end[0] = opened(path, O_RDONLY | O_NONBLOCK);
  child_end[1] = opened(path, O_WRONLY);
  child_end[2] = opened("/dev/null", O_WRONLY);
}

static void reopen_both_ways(void) {
  char path[64];
  pipes(0);
  snprintf(path, sizeof path, "/proc/self/fd/%d", child_end[0]);
  child_end[0] = opened(path, O_RDWR);
}

static void keep_writer_of_stdin(void) {
  int p[2];
  pipes(0);
  if (pipe(p) < 0) fail("pipe");
  child_end[0] = high(p[0]);
  kept = high(p[1]);
}

static pid_t start(int ready, int with_ends) {
  pid_t pid = fork();
  if (pid != 0) return pid;
  if (with_ends) {
    for (int fd = 0; fd < 3; fd++) {
      if (child_end[fd] < 0) close(fd);
      else dup2(child_end[fd], fd);
    }
    if (kept >= 0) dup2(kept, KEPT);
  }
  int told = fcntl(ready, F_DUPFD, 900);
  if (with_ends) for (int fd = 3; fd < 900; fd++) if (!(fd == KEPT && kept >= 0)) close(fd);
  if (write(told, "x", 1) != 1) _exit(1);
  close(told);
  close(ready);
  for (;;) pause();
}

int main(int count, char **words) {
  const char *kind = count > 1 ? words[1] : "";
  const char *path = count > 2 ? words[2] : ".";
  int ready[2], sibling = 0;
  signal(SIGHUP, SIG_IGN);
  if (!strcmp(kind, "pipes") || !strcmp(kind, "sibling")) pipes(0);
  else if (!strcmp(kind, "wrong-way")) pipes(1);
  else if (!strcmp(kind, "sockets")) sockets(SOCK_STREAM);
  else if (!strcmp(kind, "datagrams")) sockets(SOCK_DGRAM);
  else if (!strcmp(kind, "shut")) {
    sockets(SOCK_STREAM);
    for (int fd = 0; fd < 3; fd++) shutdown(child_end[fd], SHUT_RDWR);
  } else if (!strcmp(kind, "terminal")) terminal();
  else if (!strcmp(kind, "tcp")) tcp();
  else if (!strcmp(kind, "files")) files(path);
  else if (!strcmp(kind, "fifo")) fifo(path);
  else if (!strcmp(kind, "both-ways")) reopen_both_ways();
  else if (!strcmp(kind, "own-writer")) keep_writer_of_stdin();
  else if (!strcmp(kind, "closed")) child_end[1] = child_end[2] = opened("/dev/null", O_WRONLY);
  else return 2;
  if (pipe(ready) < 0) fail("pipe");
  int readable = high(ready[0]), writable = high(ready[1]);
  pid_t child = start(writable, 1);
  // What is the child's is not ours: only then are we nobody but the other end.
  for (int fd = 0; fd < 3; fd++) if (child_end[fd] >= 0) close(child_end[fd]);
  if (kept >= 0) close(kept);
  char told;
  if (read(readable, &told, 1) != 1) return 1;
  if (!strcmp(kind, "sibling")) {
    sibling = start(writable, 0);
    if (read(readable, &told, 1) != 1) return 1;
  }
  printf("%d %d\n", child, sibling);
  fflush(stdout);
  for (;;) pause();
}
