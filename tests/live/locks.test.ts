/** Locks of files, on every backend for POSIX: whoever waits for one has it afterwards, or knows that it has not. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linuxLocks } from "../../plugins/backends/procfs/locks.ts";
import { locks as psLocks } from "../../plugins/backends/ps/locks.ts";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "locks-"));
  path = join(directory, "lock");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe.each([["procfs", linuxLocks], ["ps", psLocks]])("locks of %s", (_, locksOf) => {
  test("one has it alone, or several share it", () => {
    const locks = locksOf();
    const [one, other] = [locks.open(path, "make"), locks.open(path, "as it is")];
    expect([one.tryLock("shared"), other.tryLock("shared")]).toEqual([true, true]);
    expect(other.tryLock("alone")).toBe(false);
    one.unlock();
    expect([other.tryLock("alone"), one.tryLock("shared")]).toEqual([true, false]);
    other.close();
    expect(one.tryLock("alone")).toBe(true);
    one.close();
    expect(() => one.tryLock("alone")).toThrow("EBADF");
  });

  test("whoever waits in vain is told so, and does not have it", () => {
    const locks = locksOf();
    const [one, other, third] = [locks.open(path, "make"), locks.open(path, "as it is"), locks.open(path, "as it is")];
    expect(one.lock("alone", 0)).toBe(true);
    expect([other.lock("alone", 0), other.lock("alone", 20), other.lock("shared", 20)]).toEqual([false, false, false]);
    one.close();
    expect(third.tryLock("alone")).toBe(true);
    for (const file of [other, third]) file.close();
  });

  test.each([10_000, Infinity])("whoever waits %d ms has it when it is given back", async (forMs) => {
    const locks = locksOf();
    const file = locks.open(path, "make");
    const holder = Bun.spawn(["flock", path, "sh", "-c", "echo held; sleep 0.05"], { stdout: "pipe" });
    await holder.stdout.getReader().read();
    expect(file.tryLock("alone")).toBe(false);
    expect(file.lock("alone", forMs)).toBe(true);
    const other = locks.open(path, "as it is");
    expect(other.tryLock("shared")).toBe(false);
    for (const one of [file, other]) one.close();
    await holder.exited;
  });
});
