import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LeftoverDetail } from "../../src/contract.ts";
import procfs from "../../plugins/backends/procfs/index.ts";

const machine = procfs.open({});
let base: string;

beforeEach(() => base = mkdtempSync(join(tmpdir(), "procfs-disk-")));
afterEach(() => rmSync(base, { recursive: true, force: true }));
afterAll(() => machine.close());

const mkfifo = (path: string) => expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);

describe("file()", () => {
  test("gives the text of a regular file, also through a link", () => {
    writeFileSync(join(base, "roster.json"), '{"a":"ä"}');
    symlinkSync("roster.json", join(base, "link"));
    expect(machine.file(join(base, "roster.json"))).toBe('{"a":"ä"}');
    expect(machine.file(join(base, "link"))).toBe('{"a":"ä"}');
  });

  test("gives an empty text for an empty file", () => {
    writeFileSync(join(base, "empty"), "");
    expect(machine.file(join(base, "empty"))).toBe("");
  });

  test("gives nothing for what is no small regular file, and never waits", () => {
    mkfifo(join(base, "fifo"));
    symlinkSync("loop", join(base, "loop"));
    writeFileSync(join(base, "large"), Buffer.alloc(1024 * 1024 + 1));
    for (const path of ["fifo", "loop", "large", "nothing", ".", "empty\0roster"]) {
      expect(machine.file(join(base, path))).toBeUndefined();
    }
    expect(machine.file("/dev/zero")).toBeUndefined();
    expect(machine.file("x".repeat(5000))).toBeUndefined();
    expect(machine.file(`/${"ä/".repeat(1400)}`)).toBeUndefined();
  });

  test("takes a file of exactly one mebibyte", () => {
    writeFileSync(join(base, "full"), Buffer.alloc(1024 * 1024, "x"));
    expect(machine.file(join(base, "full"))?.length).toBe(1024 * 1024);
  });
});

describe("leftovers()", () => {
  const find = (entry: RegExp, kind: "file" | "directory" | "symlink", reads: readonly LeftoverDetail[] = []) =>
    machine.leftovers([{ base, entry, kind, reads }]);

  test("describes a file with its content", () => {
    const path = join(base, "slot-4711");
    writeFileSync(path, "pid=4711");
    chmodSync(path, 0o640);
    utimesSync(path, 1_786_400_000, 1_786_400_000);
    const { dev, ino, gid } = lstatSync(path);
    const uid = Number(process.geteuid?.());
    expect(find(/^slot-\d+$/g, "file", [{ text: "itself" }])).toEqual([{
      path,
      kind: "file",
      uid,
      gid,
      mode: 0o640,
      base: { uid, gid: lstatSync(base).gid, mode: 0o700 },
      identity: `${dev}:${ino}`,
      modifiedAt: 1_786_400_000_000,
      changedAt: expect.any(Number),
      bytes: 8,
      content: "pid=4711",
    }]);
  });

  test("sums up a directory without following what is in it", () => {
    const home = join(base, "codex-home-4711");
    mkdirSync(join(home, "deep"), { recursive: true });
    writeFileSync(join(home, "a"), "12345");
    writeFileSync(join(home, "deep", "b"), "1234567");
    writeFileSync(join(base, "big"), Buffer.alloc(5000));
    symlinkSync(join(base, "big"), join(home, "link"));
    symlinkSync("..", join(home, "deep", "up"));
    mkfifo(join(home, "fifo"));
    expect(find(/^codex-home-/, "directory").map(({ bytes, kind, lock }) => ({ bytes, kind, lock }))).toEqual([
      { bytes: 12, kind: "directory", lock: undefined },
    ]);
  });

  test("tells where a link leads and does not go there", () => {
    symlinkSync("box-4711", join(base, "SingletonLock"));
    expect(find(/^SingletonLock$/, "symlink")).toMatchObject([{ kind: "symlink", target: "box-4711" }]);
    expect(find(/^SingletonLock$/, "file")).toEqual([]);
  });

  test("a lock is taken while somebody holds it, and free after", async () => {
    const path = join(base, "x.lock");
    writeFileSync(path, "");
    mkdirSync(join(base, "arg0"));
    linkSync(path, join(base, "arg0", ".lock"));
    const holder = Bun.spawn(["flock", path, "sh", "-c", "echo held; read end"], { stdin: "pipe", stdout: "pipe" });
    await holder.stdout.getReader().read();
    expect(find(/lock$/, "file", ["lock"])[0]?.lock).toBe("taken");
    expect(find(/^arg0$/, "directory", ["lock"])[0]?.lock).toBe("taken");
    holder.stdin.end();
    await holder.exited;
    expect(find(/lock$/, "file", ["lock"])[0]?.lock).toBe("free");
    expect(Bun.spawnSync(["flock", "--nonblock", path, "true"]).exitCode).toBe(0);
  });

  test("a lock that nobody asks about is not tried", () => {
    const path = join(base, "slot-1");
    writeFileSync(path, "");
    const fd = openSync(path, "r");
    expect(find(/^slot/, "file")[0]).not.toHaveProperty("lock");
    closeSync(fd);
  });

  test("a base that is a link, a file or nothing has no entries", () => {
    writeFileSync(join(base, "entry"), "");
    symlinkSync(base, `${base}-link`);
    try {
      const places = [`${base}-link`, join(base, "entry"), join(base, "none")];
      expect(places.flatMap((place) => machine.leftovers([{ base: place, entry: /./, kind: "file" }]))).toEqual([]);
      expect(find(/./, "file").length).toBe(1);
    } finally {
      rmSync(`${base}-link`);
    }
  });

  test("one walk serves all places, one level deeper too, and an entry comes once", () => {
    mkdirSync(join(base, "mcp-chrome-1"));
    symlinkSync("box-1", join(base, "mcp-chrome-1", "SingletonLock"));
    symlinkSync(join(base, "mcp-chrome-1"), join(base, "mcp-chrome-2"));
    mkdirSync(join(base, "home-1"));
    const lock = { base, in: /^mcp-/, entry: /^SingletonLock$/, kind: "symlink" } as const;
    const home = { base: `${base}/`, entry: /^home-/, kind: "directory" } as const;
    expect(machine.leftovers([lock, home, home, { ...home, entry: /^home-1$/ }]).map(({ path }) => path).sort())
      .toEqual([
        join(base, "home-1"),
        join(base, "mcp-chrome-1", "SingletonLock"),
      ]);
  });

  test("what is asked for is read, through no link, and of JSON only the fields that are named", () => {
    const [one, two] = [join(base, "cxc-1"), join(base, "cxc-2")];
    for (const path of [one, two]) mkdirSync(path);
    writeFileSync(join(one, "pid"), "7\n");
    writeFileSync(join(base, "elsewhere"), "8\n");
    symlinkSync("../elsewhere", join(two, "pid"));
    const found = find(/^cxc-/, "directory", ["names", { text: { file: "pid" } }]);
    expect(
      found.map(({ path, names, inside }) => ({ path, names, inside })).toSorted((a, b) => a.path < b.path ? -1 : 1),
    )
      .toEqual([
        { path: one, names: ["pid"], inside: { pid: "7\n" } },
        { path: two, names: ["pid"], inside: undefined },
      ]);
    writeFileSync(join(base, "1.lock"), '{"pid":7,"authToken":"secret"}');
    expect(find(/lock$/, "file", [{ text: "itself", fields: ["pid", "none"] }])[0]?.content).toBe('{"pid":7}');
    writeFileSync(join(base, "1.lock"), "secret");
    expect(find(/lock$/, "file", [{ text: "itself", fields: ["pid"] }])[0]).not.toHaveProperty("content");
  });

  test("a port is open while somebody listens on it", () => {
    const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    writeFileSync(join(base, `${server.port}.lock`), "");
    expect(find(/lock$/, "file", ["port"])[0]?.port).toBe("open");
    server.stop(true);
    expect(find(/lock$/, "file", ["port"])[0]?.port).toBe("closed");
  });

  test("the latest change below counts, whatever time it was given", () => {
    const home = join(base, "home");
    mkdirSync(join(home, "deep"), { recursive: true });
    writeFileSync(join(home, "deep", "a"), "");
    for (const path of [join(home, "deep", "a"), join(home, "deep"), home]) utimesSync(path, 1, 1);
    const [found] = find(/^home$/, "directory");
    expect(found?.modifiedAt).toBe(1000);
    expect(found?.changedAt).toBe(Math.floor(lstatSync(home).ctimeMs));
  });
});
