import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  closeSync,
  linkSync,
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
  const find = (entry: RegExp, kind: "file" | "directory" | "symlink") => machine.leftovers({ base, entry, kind });

  test("describes a file with its content", () => {
    const path = join(base, "slot-4711");
    writeFileSync(path, "pid=4711");
    chmodSync(path, 0o640);
    utimesSync(path, 1_786_400_000, 1_786_400_000);
    expect(find(/^slot-\d+$/g, "file")).toEqual([{
      path,
      kind: "file",
      uid: Number(process.geteuid?.()),
      mode: 0o640,
      modifiedAt: 1_786_400_000_000,
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
    expect(find(/lock$/, "file")[0]?.lock).toBe("taken");
    expect(find(/^arg0$/, "directory")[0]?.lock).toBe("taken");
    holder.stdin.end();
    await holder.exited;
    expect(find(/lock$/, "file")[0]?.lock).toBe("free");
    expect(Bun.spawnSync(["flock", "--nonblock", path, "true"]).exitCode).toBe(0);
  });

  test("only lock files are tried", () => {
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
      expect(places.flatMap((place) => machine.leftovers({ base: place, entry: /./, kind: "file" }))).toEqual([]);
      expect(find(/./, "file").length).toBe(1);
    } finally {
      rmSync(`${base}-link`);
    }
  });
});
