/*
 * crowd SLEEPER COUNT ADOPTED STUBBORN
 *
 * Fills a pid namespace with COUNT sleeping processes that look like those of a busy machine, prints "ready" when all
 * of them do, and sleeps itself. SLEEPER is a directory that holds one program under the names of the shapes below.
 *
 * ADOPTED of them have lost their parent, so that the namespace's init has them: most are daemons, each tenth is an
 * agent's server whose streams nobody holds. STUBBORN more of the latter ignore TERM.
 *
 * The mix is that of tests/corpus/cases/scale-linux-server-2800.json. What matters for the product is how many have a
 * short name that some matcher wants to see the arguments of: a seventh here, as there, and another seventh are
 * browsers' own children, which look as if.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct shape {
  int share; /* parts of the whole */
  const char *program;
  const char *words[12];
};

#define CHROME_SWITCHES                                                                                            \
  "--type=renderer", "--crashpad-handler-pid=93125", "--enable-crash-reporter=a3c1c7d4-7c0f-4c3e-8d15-0e0bb3d8a0b1,", \
      "--change-stack-guard-on-fork=enable", "--lang=en-US", "--num-raster-threads=4", "--renderer-client-id=311",  \
      "--time-ticks-at-unix-epoch=-1786400000000000", "--launch-time-ticks=88123456789"

static const struct shape SHAPES[] = {
    /* looked at */
    {65, "node", {"node", "/srv/app/node_modules/.bin/../next/dist/bin/next", "start", "--port", "3000"}},
    {30, "node", {"/usr/bin/node", "--max-old-space-size=4096", "/home/u/project/node_modules/typescript/lib/tsserver.js",
                  "--useInferredProjectPerProjectRoot", "--enableTelemetry", "--cancellationPipeName",
                  "/tmp/vscode-typescript1000/1f9c2c3f4ab2/tscancellation-31ac8f.tmp*", "--locale", "en"}},
    {15, "python3", {"python3", "-m", "celery", "-A", "worker", "worker", "--concurrency=8", "--loglevel=INFO"}},
    /* not looked at */
    {245, "postgres", {"postgres: app app 10.0.3.17(51924) idle"}},
    {175, "cc1", {"/usr/lib/gcc/x86_64-linux-gnu/12/cc1", "-quiet", "-I", "include", "-O2", "-o", "/tmp/ccXf31.s"}},
    {130, "docker-proxy", {"/usr/bin/docker-proxy", "-proto", "tcp", "-host-ip", "0.0.0.0", "-host-port", "8443",
                          "-container-ip", "172.17.0.4", "-container-port", "443"}},
    {125, "nginx", {"nginx: worker process"}},
    {115, "containerd-shim", {"/usr/bin/containerd-shim-runc-v2", "-namespace", "moby", "-id",
                             "6a0c5b1f0c7e4f0d9b8a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e6f", "-address",
                             "/run/containerd/containerd.sock"}},
    {60, "sshd", {"sshd: u@notty"}},
    {20, "sh", {"sh", "-c", "while :; do sleep 60; done"}},
    {20, "bash", {"-bash"}},
};

#define THOUSAND 1000

/* A living agent's session: bash above claude above three servers, each a wrapper over what it wraps. */
#define SESSION_SIZE 8
#define IN_SESSIONS 60 /* of a thousand */

/* A browser above what it runs. */
#define BROWSER_SIZE 75
#define IN_BROWSERS 150 /* of a thousand */

static const struct shape BROWSER = {0, "chrome", {"/opt/google/chrome/chrome", "--no-first-run"}};
static const struct shape RENDERER = {0, "chrome", {"/opt/google/chrome/chrome", CHROME_SWITCHES}};

static const struct shape BASH = {0, "bash", {"-bash"}};
static const struct shape CLAUDE = {0, "claude", {"claude", "--dangerously-skip-permissions"}};
static const struct shape NPM = {0, "node", {"npm exec @modelcontextprotocol/server-time"}};
static const struct shape SERVER = {0, "node", {"node", "/home/u/.npm/_npx/a1b2c3/node_modules/.bin/mcp-server-time"}};
static const struct shape DAEMON = {0, "sshd", {"sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups"}};

/* One of so many that lost their parent is an agent's; the rest are daemons. */
#define ORPHANS 10

static const char *directory;
static int ready_end;

static void refuse(const char *what) {
  perror(what);
  exit(1);
}

static pid_t new_process(void) {
  pid_t pid = fork();
  if (pid < 0) refuse("crowd: fork");
  return pid;
}

/* Takes the shape; only the ready end goes along, as descriptor 3. */
static void become(const struct shape *shape) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", directory, shape->program);
  dup2(ready_end, 3);
  close(ready_end);
  execv(path, (char *const *)shape->words);
  refuse(path);
}

/* A stream's end whose other end nobody has. */
static void hang_up(int fd, int keep) {
  int ends[2];
  if (pipe(ends) != 0) refuse("crowd: pipe");
  close(ends[1 - keep]);
  dup2(ends[keep], fd);
  close(ends[keep]);
}

static void start(const struct shape *shape) {
  if (new_process() == 0) become(shape);
}

/* Asked on a pipe and answering on a pipe, both held by whoever forks it. */
static void start_server(void) {
  int in[2], out[2];
  if (pipe(in) != 0 || pipe(out) != 0) refuse("crowd: pipe");
  if (new_process() == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    close(in[0]), close(in[1]), close(out[0]), close(out[1]);
    start(&SERVER);
    become(&NPM);
  }
  close(in[0]);
  close(out[1]);
}

static void start_session(void) {
  if (new_process() != 0) return;
  if (new_process() == 0) {
    for (int servers = 0; servers < 3; servers++) start_server();
    become(&CLAUDE);
  }
  become(&BASH);
}

static void start_browser(void) {
  if (new_process() != 0) return;
  for (int below = 1; below < BROWSER_SIZE; below++) start(&RENDERER);
  become(&BROWSER);
}

/* Its parent ends at once. */
static void start_adopted(const struct shape *shape, int is_hung_up) {
  pid_t parent = new_process();
  if (parent > 0) {
    waitpid(parent, NULL, 0);
    return;
  }
  if (new_process() != 0) _exit(0);
  setsid();
  if (is_hung_up) {
    hang_up(0, 0);
    hang_up(1, 1);
  }
  become(shape);
}

int main(int count, char **words) {
  if (count != 5) {
    fprintf(stderr, "usage: crowd SLEEPER COUNT ADOPTED STUBBORN\n");
    return 2;
  }
  directory = words[1];
  int left = atoi(words[2]), adopted = atoi(words[3]), stubborn = atoi(words[4]);
  int null = open("/dev/null", O_RDWR);
  dup2(null, 0);
  int ends[2];
  if (null < 0 || pipe2(ends, O_CLOEXEC) != 0) refuse("crowd");
  ready_end = fcntl(ends[1], F_DUPFD, 4);
  close(ends[1]);
  int told = fcntl(1, F_DUPFD_CLOEXEC, 4);
  dup2(null, 1);
  dup2(null, 2);

  int in_sessions = left * IN_SESSIONS / THOUSAND, in_browsers = left * IN_BROWSERS / THOUSAND;
  for (; in_browsers >= BROWSER_SIZE; in_browsers -= BROWSER_SIZE, left -= BROWSER_SIZE) start_browser();
  for (; in_sessions >= SESSION_SIZE; in_sessions -= SESSION_SIZE, left -= SESSION_SIZE) start_session();
  for (int at = 0; at < adopted && left > 0; at++, left--) start_adopted(at % ORPHANS == 1 ? &SERVER : &DAEMON, at % ORPHANS == 1);
  /* Interleaved as on a machine that has run for days, the same for each run. */
  for (unsigned long at = 0; left > 0; at++, left--) {
    int draw = (int)(at * 619 % THOUSAND);
    const struct shape *shape = SHAPES;
    while (draw >= shape->share) draw -= (shape++)->share;
    start(shape);
  }
  setenv("BENCH_STUBBORN", "yes", 1);
  for (int at = 0; at < stubborn; at++) start_adopted(&SERVER, 1);

  close(ready_end);
  char byte;
  while (read(ends[0], &byte, 1) > 0) {}
  if (write(told, "ready\n", 6) != 6) refuse("crowd: ready");
  for (;;) pause();
}
