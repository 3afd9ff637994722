import { expect, test } from "bun:test";
import { isCompiled, ourselves, ownProgram, type Started } from "../../src/ourselves.ts";

/** Every form in which it is started, and the words that start it once more. */
const FORMS: readonly [form: string, started: Started, words: readonly string[], program: string | undefined][] = [
  [
    "compiled",
    { module: "/$bunfs/root/agent-reaper", executable: "/usr/bin/agent-reaper", first: "/$bunfs/root/agent-reaper" },
    ["/usr/bin/agent-reaper"],
    "/usr/bin/agent-reaper",
  ],
  [
    "compiled, in a piece of its own",
    { module: "/$bunfs/root/chunk-1a2b.js", executable: "/opt/my tools/agent-reaper", first: "/$bunfs/root/main" },
    ["/opt/my tools/agent-reaper"],
    "/opt/my tools/agent-reaper",
  ],
  [
    "compiled for Windows",
    {
      module: "B:\\~BUN\\root\\agent-reaper.exe",
      executable: "C:\\Program Files\\agent-reaper.exe",
      first: "B:\\~BUN\\root\\agent-reaper.exe",
    },
    ["C:\\Program Files\\agent-reaper.exe"],
    "C:\\Program Files\\agent-reaper.exe",
  ],
  [
    "compiled for Windows, with slashes",
    { module: "B:/~BUN/root/chunk-1a2b.js", executable: "C:\\agent-reaper.exe", first: "B:/~BUN/root/main" },
    ["C:\\agent-reaper.exe"],
    "C:\\agent-reaper.exe",
  ],
  [
    "from sources",
    { module: "/home/me/reaper/src/ourselves.ts", executable: "/usr/bin/bun", first: "/home/me/reaper/src/main.ts" },
    ["/usr/bin/bun", "/home/me/reaper/src/main.ts"],
    undefined,
  ],
  [
    "from sources in a path with spaces",
    { module: "/home/me/my work/src/ourselves.ts", executable: "/opt/b u n", first: "/home/me/my work/src/main.ts" },
    ["/opt/b u n", "/home/me/my work/src/main.ts"],
    undefined,
  ],
  [
    "from sources on a drive of the same letter",
    { module: "B:\\work\\src\\ourselves.ts", executable: "C:\\bun.exe", first: "B:\\work\\src\\main.ts" },
    ["C:\\bun.exe", "B:\\work\\src\\main.ts"],
    undefined,
  ],
  [
    "from sources below a directory called as Bun's",
    { module: "/home/me/$bunfs/src/ourselves.ts", executable: "/usr/bin/bun", first: "/home/me/$bunfs/src/main.ts" },
    ["/usr/bin/bun", "/home/me/$bunfs/src/main.ts"],
    undefined,
  ],
];

test.each(FORMS)("%s, it is known how to start it once more", (_, started, words, program) => {
  expect([ourselves(started), ownProgram(started), isCompiled(started.module)]).toEqual([
    words,
    program,
    program !== undefined,
  ]);
});

test("what runs now starts once more by what its runtime began with", () => {
  expect([ourselves(), ownProgram()]).toEqual([[process.execPath, Bun.main], undefined]);
});
