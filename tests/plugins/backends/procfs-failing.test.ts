/** A kernel that fails to answer for a moment, asked through libc. */
import { describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AT_FDCWD, Files } from "../../../plugins/backends/procfs/files.ts";
import { readHost } from "../../../plugins/backends/procfs/host.ts";
import { diskOf } from "../../../plugins/backends/procfs/leftovers.ts";
import { type Libc, libc } from "../../../plugins/backends/procfs/libc.ts";
import { socketInode } from "../../../plugins/backends/procfs/link.ts";
import { type Pidfds, work } from "../../../plugins/backends/procfs/pidfd.ts";
import { SocketDiag } from "../../../plugins/backends/procfs/socket-diag.ts";

type Call = "openat" | "read" | "readlinkat" | "statx" | "socket" | "write";
const EIO = 5;

/** libc, of which these calls fail as long as `failing` says so; `only` looks at what they are given. */
function ailing(calls: readonly Call[], only: (...args: readonly number[]) => boolean = () => true) {
  const real = libc();
  const state = { failing: true };
  let failed = false;
  const wrap = (call: Call) => (...args: number[]) => {
    failed = state.failing && calls.includes(call) && only(...args);
    return failed ? -1 : (real[call] as (...args: number[]) => number)(...args);
  };
  const wrapped = Object.fromEntries(
    (["openat", "read", "readlinkat", "statx", "socket", "write"] as const).map((call) => [call, wrap(call)]),
  );
  return { state, libc: { ...real, ...wrapped, errno: () => failed ? EIO : real.errno() } as Libc };
}

/** The inodes of both ends of a connection of ours: others' may end while they are asked about. */
async function withConnection(act: (one: number, other: number) => void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "connection-"));
  const unix = join(directory, "socket");
  const accepted = Promise.withResolvers<void>();
  const server = Bun.listen({ unix, socket: { open: () => accepted.resolve(), data() {} } });
  const client = await Bun.connect({ unix, socket: { data() {} } });
  try {
    await accepted.promise;
    const whole = new SocketDiag(new Files());
    const ours = readdirSync("/proc/self/fd").flatMap((fd) => socketInode(linkOf(fd)) ?? []);
    const one = ours.find((inode) => ours.includes(whole.peer(inode)?.inode ?? 0)) as number;
    act(one, whole.peer(one)?.inode as number);
    whole.close();
  } finally {
    client.end();
    server.stop(true);
    rmSync(directory, { recursive: true });
  }
}

/** The descriptor that lists the directory is gone when it is asked about. */
function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}

describe.skipIf(process.platform !== "linux")("while a call fails", () => {
  test.each<Call>(["statx", "readlinkat", "read"])("(%s) a machine may be a container, and is asked again", (call) => {
    const truly = readHost(new Files(), "/proc").container;
    const { state, libc } = ailing([call]);
    const host = readHost(new Files(libc), "/proc");
    expect(host.container).toBe(true);
    state.failing = false;
    expect(host.container).toBe(truly);
  });

  test("what a machine calls itself, its boot and its namespace are asked again", () => {
    const truly = readHost(new Files(), "/proc");
    const { state, libc } = ailing(["openat", "readlinkat"]);
    const host = readHost(new Files(libc), "/proc");
    expect([host.hostname, host.pidNamespace, host.wsl]).toEqual(["unknown", undefined, false]);
    expect(host.bootId).toStartWith("boot-minute-");
    state.failing = false;
    const { hostname, pidNamespace, bootId, wsl } = truly;
    expect([host.hostname, host.pidNamespace, host.bootId, host.wsl]).toEqual([hostname, pidNamespace, bootId, wsl]);
  });

  test("a disk that does not tell what it is may be one of several machines", () => {
    const { isShared } = diskOf(new Files());
    expect([isShared?.("/nowhere/at/all"), isShared?.(tmpdir())]).toEqual([true, false]);
  });

  test.each<Call>(["socket", "write", "read"])(
    "(%s) what is asked of a socket next has its own answer",
    async (call) => {
      await withConnection((one, other) => {
        const { state, libc } = ailing([call]);
        const sockets = new SocketDiag(new Files(libc));
        expect(sockets.peer(one)).toBeUndefined();
        state.failing = false;
        expect([sockets.peer(other)?.inode, sockets.peer(one)?.inode]).toEqual([one, other]);
        sockets.close();
      });
    },
  );

  test("where there is no room for a pidfd now there may be later; where there are none there are none", () => {
    const answering = (open: number | string, send?: string): Pidfds => ({
      open: () => open,
      send: () => send,
      ended: () => false,
      instance: () => undefined,
      close() {},
    });
    expect(["EMFILE", "ENFILE", "ENOMEM"].map((error) => work(answering(error)))).toEqual(Array(3).fill("not now"));
    expect(["ENOSYS", "EPERM", "EINVAL"].map((error) => work(answering(error)))).toEqual(Array(3).fill("no"));
    expect([work(answering(3)), work(answering(3, "ENOSYS")), work(undefined)]).toEqual(["yes", "no", "no"]);
  });

  test("a part of a line or of an argument is asked for the rest", () => {
    const directory = mkdtempSync(join(tmpdir(), "failing-"));
    try {
      const real = libc();
      const files = new Files({ ...real, read: (fd, at, length) => real.read(fd, at, Math.min(length, 5)) });
      for (const text of ["one line\n", "A=1\0B=22\0KEEP=1\0", "a title", "", "\n"]) {
        writeFileSync(join(directory, "file"), text);
        expect(files.take(AT_FDCWD, join(directory, "file"))).toBe(text.length);
        expect(files.text(text.length)).toBe(text);
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
