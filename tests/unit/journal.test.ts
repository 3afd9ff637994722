import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Intent } from "../../src/execute.ts";
import { RunJournal } from "../../src/journal/journal.ts";
import { actionId, type IntentRecord, type JournalRecord, parseRecord } from "../../src/journal/record.ts";
import { readSpool, Spool, spoolFiles, spoolPath } from "../../src/journal/spool.ts";

const uid = process.getuid?.() ?? 0;
const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 21, 12);

let state: string;
let complaints: string[];
beforeEach(() => {
  state = join(mkdtempSync(join(tmpdir(), "journal-")), "state");
  complaints = [];
});
afterEach(() => rmSync(join(state, ".."), { recursive: true, force: true }));

function spool(now: () => number = () => NOW): Spool {
  return new Spool({ state, viewer: { uid }, complain: (line) => complaints.push(line), now });
}

function journal(): RunJournal {
  return new RunJournal({
    state,
    command: "reap",
    host: { bootId: "boot", hostname: "box" },
    viewer: { uid, pid: 4242 },
    complain: (line) => complaints.push(line),
    now: () => NOW,
  });
}

function all(): JournalRecord[] {
  return [...readSpool(spoolPath(state), new Map())].flatMap(({ records }) => [...records]);
}

const end = (at: number): JournalRecord => ({ type: "end", run: "r", at });
const intent: Intent = {
  pid: 4711,
  startToken: "100",
  bootId: "boot",
  action: "terminate",
  process: {
    pid: 4711,
    ppid: 1,
    name: "claude",
    argv: ["claude", "--api-key", "sk-ant-api03-abcdefghijklmnopqrstuvwxyz012345", "-p", "x".repeat(5_000)],
    env: { SECRET: "of the environment" },
    rss: 1_000,
  },
};

describe("Spool", () => {
  test("writes what it reads", () => {
    const one = spool();
    expect(one.append(end(1)) && one.append(end(2))).toBe(true);
    expect(all()).toEqual([end(1), end(2)]);
    expect(statSync(join(spoolPath(state), "2026-11-21.0.ndjson")).mode & 0o777).toBe(0o600);
  });

  test("what is no regular file is told, and nobody waits for it", () => {
    const path = join(spoolPath(state), "2026-11-21.0.ndjson");
    spool().append(end(1));
    rmSync(path);
    expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
    expect(spool().append(end(2))).toBe(false);
    expect(complaints).toEqual([
      `what is done now will be missing in the history: ${path}: is no regular file: move it away`,
    ]);
    const portions = [...readSpool(spoolPath(state), new Map())];
    expect(portions.map(({ records, trouble }) => [records, trouble])).toEqual([
      [[], `${path}: is no regular file: move it away`],
    ]);
  });

  test("a torn line costs itself and nothing after it", () => {
    spool().append(end(1));
    appendFileSync(join(spoolPath(state), "2026-11-21.0.ndjson"), '\n{"type":"end","run":"torn');
    spool().append(end(2));
    const [portion] = [...readSpool(spoolPath(state), new Map())];
    expect(portion?.records).toEqual([end(1), end(2)]);
    expect(portion?.damaged).toBe(1);
  });

  test("half a line at the end is left for later, then read once", () => {
    const file = "2026-11-21.0.ndjson";
    spool().append(end(1));
    const half = `\n${JSON.stringify(end(2))}`;
    appendFileSync(join(spoolPath(state), file), half);
    const [first] = [...readSpool(spoolPath(state), new Map())];
    expect(first?.records).toEqual([end(1)]);
    appendFileSync(join(spoolPath(state), file), "\n");
    const [second] = [...readSpool(spoolPath(state), new Map([[file, first?.offset ?? -1]]))];
    expect(second?.records).toEqual([end(2)]);
    expect([...readSpool(spoolPath(state), new Map([[file, second?.offset ?? -1]]))]).toEqual([]);
  });

  test("garbage is counted, never thrown", () => {
    spool().append(end(1));
    appendFileSync(
      join(spoolPath(state), "2026-11-21.0.ndjson"),
      Buffer.from([0xff, 0xfe, 0x0a, 0x7b, 0x0a, 0x00, 0x0a]),
    );
    appendFileSync(join(spoolPath(state), "2026-11-21.0.ndjson"), '{"type":"outcome","id":7}\n["end"]\nnull\n');
    const [portion] = [...readSpool(spoolPath(state), new Map())];
    expect(portion?.records).toEqual([end(1)]);
    expect(portion?.damaged).toBe(6);
  });

  test("two writers at once lose nothing", async () => {
    const program = `
      const { Spool } = await import(${JSON.stringify(join(import.meta.dir, "../../src/journal/spool.ts"))});
      const spool = new Spool({ state: ${
      JSON.stringify(state)
    }, viewer: { uid: ${uid} }, complain(line) { throw line }, now: () => ${NOW} });
      for (let i = 0; i < 500; i++) spool.append({ type: "end", run: process.argv[1] ?? "", at: i, error: "x".repeat(i) });`;
    const writers = [1, 2].map(() => Bun.spawn([process.execPath, "-e", program], { stderr: "inherit" }));
    expect(await Promise.all(writers.map(({ exited }) => exited))).toEqual([0, 0]);
    const records = all();
    expect(records).toHaveLength(1_000);
    for (let i = 0; i < 500; i++) expect(records.filter(({ at }) => at === i)).toHaveLength(2);
  });

  test("a full disk is said once; what was torn off costs itself, and with room again it goes on", async () => {
    // A file system of 64 kB in a mount namespace of its own.
    const program = `
      const { Spool, readSpool, spoolPath } = await import(${
      JSON.stringify(join(import.meta.dir, "../../src/journal/spool.ts"))
    });
      const [directory] = process.argv.slice(-1);
      const complaints = [];
      const spool = new Spool({ state: directory + "/state", viewer: { uid: ${uid} }, complain: (line) => complaints.push(line) });
      const written = [];
      const write = (at, error) => { if (spool.append({ type: "end", run: "r", at, error })) written.push(at); };
      write(1, "first");
      for (let at = 2; at < 60; at++) write(at, "x".repeat(3000));
      const full = written.length;
      spool.close();
      const fs = await import("node:fs");
      fs.truncateSync(directory + "/ballast", 0);
      write(100, "with room again");
      const portions = [...readSpool(spoolPath(directory + "/state"), new Map())];
      const read = portions.flatMap(({ records }) => records.map(({ at }) => at));
      console.log(JSON.stringify({ complaints, full, same: JSON.stringify(read) === JSON.stringify(written), last: read.at(-1) }));`;
    const ran = Bun.spawn([
      "unshare",
      "--mount",
      ...(uid === 0 ? [] : ["--user", "--map-root-user"]),
      "sh",
      "-c",
      `mount -t tmpfs -o size=64k tmpfs "$1" && head -c 16384 /dev/zero > "$1/ballast" && exec "$2" -e "$3" "$1"`,
      "sh",
      join(state, ".."),
      process.execPath,
      program,
    ], { stdout: "pipe", stderr: "inherit" });
    const said = JSON.parse(await new Response(ran.stdout).text()) as Record<string, unknown>;
    expect(said).toMatchObject({ same: true, last: 100 });
    expect(said["full"]).toBeLessThan(20);
    expect(said["complaints"]).toHaveLength(1);
    expect((said["complaints"] as string[])[0]).toMatch(/no space left on the device \(ENOSPC\)$/);
  });

  test("a state directory that others can write to is not used", () => {
    mkdirSync(state);
    chmodSync(state, 0o777);
    expect(spool().append(end(1))).toBe(false);
    expect(complaints).toEqual([
      `what is done now will be missing in the history: ${state}: others can write to it: chmod 700 it`,
    ]);
    expect(readdirSync(state)).toEqual([]);
  });

  test("a file where the directory should be is said, not thrown", () => {
    writeFileSync(state, "");
    expect(spool().append(end(1))).toBe(false);
    expect(complaints[0]).toContain(state);
  });

  test("it stays small: parts of a day, old days go, the newest stays", () => {
    let now = NOW - 20 * DAY_MS;
    const one = spool(() => now);
    const large: JournalRecord = { type: "end", run: "r", at: 1, error: "x".repeat(1_100_000) };
    for (let day = 0; day <= 20; day++, now += DAY_MS) for (let i = 0; i < 5; i++) one.append(large);
    const files = spoolFiles(spoolPath(state));
    expect(files.at(-1)).toBe("2026-11-21.1.ndjson");
    expect(files.at(0)?.slice(0, 10)).toBe("2026-11-13");
    expect(complaints).toEqual([]);
  });

  test("a link in the place of a file is not followed", () => {
    mkdirSync(spoolPath(state), { recursive: true, mode: 0o700 });
    const elsewhere = join(state, "..", "elsewhere");
    writeFileSync(elsewhere, "untouched");
    symlinkSync(elsewhere, join(spoolPath(state), "2026-11-21.0.ndjson"));
    expect(spool().append(end(1))).toBe(false);
    expect(readFileSync(elsewhere, "utf8")).toBe("untouched");
  });
});

describe("RunJournal", () => {
  test("writes nothing until there is something to say", () => {
    journal();
    expect(readdirSync(join(state, ".."))).toEqual([]);
  });

  test("says who it is, what it is about to do, what came of it, how it ended", () => {
    const one = journal();
    one.intend([intent]);
    expect(all().map(({ type }) => type)).toEqual(["run", "intent"]);
    one.settle(intent, { pid: 4711, startToken: "100", outcome: "ended", because: "it ended when it was asked" });
    one.end({ seen: 10, findings: [], results: [{ pid: 4711, startToken: "100", outcome: "ended" }] });
    expect(all().map(({ type }) => type)).toEqual(["run", "intent", "outcome", "end"]);
    expect(new Set(all().map(({ run }) => run)).size).toBe(1);
  });

  test("stores no secret, no environment, and no line without bounds", () => {
    journal().intend([intent]);
    const [file] = spoolFiles(spoolPath(state));
    const text = readFileSync(join(spoolPath(state), file as string), "utf8");
    expect(text).toContain("[redacted]");
    expect(text).not.toContain("abcdefghijklmnopqrstuvwxyz");
    expect(text).not.toContain("of the environment");
    expect(text.length).toBeLessThan(2_000);
  });

  test("whoever could not be held is in it too", () => {
    journal().settle(intent, { pid: 4711, startToken: "100", outcome: "denied", because: "permission denied" });
    expect(all().map(({ type }) => type)).toEqual(["run", "intent", "outcome"]);
  });

  test("what is told otherwise at the end is told again", () => {
    const one = journal();
    one.intend([intent]);
    one.settle(intent, { pid: 4711, startToken: "100", outcome: "ended" });
    one.end({ seen: 1, findings: [], results: [{ pid: 4711, startToken: "100", outcome: "respawned" }] });
    expect(all().filter((record) => record.type === "outcome").map(({ outcome }) => outcome)).toEqual([
      "ended",
      "respawned",
    ]);
  });

  test("asked and then killed in one run is told once each", () => {
    const one = journal();
    const told = (outcome: "asked" | "killed") => ({ pid: 4711, startToken: "100", outcome }) as const;
    one.intend([intent]);
    for (const outcome of ["asked", "killed"] as const) one.settle(intent, told(outcome));
    one.end({ seen: 1, findings: [], results: [told("asked"), told("killed")] });
    expect(all().filter((record) => record.type === "outcome").map(({ outcome }) => outcome)).toEqual([
      "asked",
      "killed",
    ]);
  });

  test("an action is named alike in every run, and no two processes share a name", () => {
    expect(actionId(intent)).toBe(actionId({ ...intent }));
    const other = { ...intent, startToken: "101" };
    expect(actionId(other)).not.toBe(actionId(intent));
    expect(actionId({ ...intent, bootId: "other" })).not.toBe(actionId(intent));
  });

  test("a path that is left again is another action", () => {
    const path: Intent = {
      path: "/x",
      modifiedAt: 1,
      bootId: "b",
      action: "remove-directory",
      family: "codex",
      because: "dead",
    };
    expect(actionId({ ...path, modifiedAt: 2 })).not.toBe(actionId(path));
  });
});

test("parseRecord() takes any text without throwing, and what was written without a change", () => {
  fc.assert(fc.property(fc.string(), (text) => void parseRecord(text)));
  fc.assert(fc.property(fc.string(), fc.string(), fc.nat(), (id, because, at) => {
    const record: IntentRecord = { type: "intent", id, run: "r", at, action: "terminate", bootId: "b", because };
    expect(parseRecord(JSON.stringify(record))).toEqual(record);
  }));
});
