import { describe, expect, test } from "bun:test";
import { classify } from "../../src/classify.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import type { Process, Stdio } from "../../src/contract.ts";
import { changed, NOW, ordinary, ORPHAN, world } from "../support/world.ts";

const READER = 4300;
const tee = ordinary(READER, { name: "tee", argv: ["tee", "log"], exe: "/usr/bin/tee" });
const gone = { kind: "pipe", peer: "gone" } as const;
const read = { kind: "pipe", peer: "live", holders: [READER] } as const;
const unknown = { kind: "pipe", peer: "live" } as const;
const nothing = { kind: "null" } as const;
const closed = { kind: "tty", peer: "gone", path: "/dev/pts/3" } as const;
const streams = (...kinds: readonly Omit<Stdio, "fd">[]): Stdio[] =>
  kinds.map((kind, fd) => ({ fd: fd as 0 | 1 | 2, ...kind }));

const verdict = (fields: Partial<Process>, reader: Process = tee) =>
  classify(world([...changed(fields), reader]), builtin(), defaultPolicy).findings.find((finding) =>
    finding.root.pid === ORPHAN
  )?.verdict;

const run = { argv: ["claude", "-p", "x"] };
const weak = { sid: 4100, cwdDeleted: true };

describe("`cat prompt | claude -p | tee log`, whose shell is gone", () => {
  test("stays while tee reads, though its own terminal is closed too", () =>
    expect(verdict({ ...run, stdio: streams(gone, read, closed) })).toBe("spared"));

  test("stays while tee reads, whatever weak signs there are", () => {
    expect(verdict({ ...run, ...weak, stdio: streams(gone, read, nothing) })).toBe("spared");
    expect(verdict({ ...run, sid: 4100, env: { CLAUDE_PID: "77" }, stdio: streams(gone, read, nothing) })).toBe(
      "spared",
    );
  });

  test("stays while its errors are read", () =>
    expect(verdict({ ...run, ...weak, stdio: streams(nothing, gone, read) })).toBe("spared"));

  test("cannot be told where the reader is unknown", () =>
    expect(verdict({ ...run, ...weak, stdio: streams(gone, unknown, nothing) })).toBe("unsure"));

  test("ends once nobody reads", () => expect(verdict({ ...run, stdio: streams(gone, gone, gone) })).toBe("orphan"));
});

describe("`ssh host 'mcp-proxy --port 8096 &'`, whose connection is closed", () => {
  const onPort = { name: "mcp-proxy", argv: ["mcp-proxy", "--port", "8096"], exe: "/usr/bin/mcp-proxy" };
  const onStdio = { ...onPort, argv: ["mcp-proxy", "https://x.example/sse"] };
  const heard = { listening: [8096], clients: [] };

  test("is asked on its port: that nobody reads what it prints says nothing", () =>
    expect(verdict({ ...onPort, ...heard, stdio: streams(nothing, gone, gone) })).toBe("unsure"));

  test("ends once all that it was given is gone", () =>
    expect(verdict({ ...onPort, ...heard, stdio: streams(gone, gone, gone) })).toBe("orphan"));

  test("on its streams it cannot be heard any more", () =>
    expect(verdict({ ...onStdio, stdio: streams(nothing, gone, gone) })).toBe("orphan"));

  test("speaks for what launched it: npm's title has no options", () => {
    const npm = { name: "npm exec mcp-pro", argv: ["npm exec mcp-proxy"], exe: "/usr/bin/node" };
    const judged = (argv: readonly string[]) =>
      classify(
        world([...changed({ ...npm, stdio: streams(nothing, gone, gone) }, { ...onPort, argv })]),
        builtin(),
        defaultPolicy,
      ).findings[0]?.verdict;
    expect(judged(onPort.argv)).toBe("unsure");
    expect(judged(onStdio.argv)).toBe("orphan");
  });
});

test("an agent that reads its prompt from a pipe without being told works on for whoever reads it", () => {
  for (const argv of [["claude"], ["claude", "--verbose"]]) {
    expect(verdict({ argv, sid: 4100, stdio: streams(gone, read, nothing) })).toBe("spared");
  }
});

describe("a conversation over stdin and stdout", () => {
  const host = ordinary(READER, { startedAt: NOW - 10_800_000, name: "python3", argv: ["python3", "host.py"] });
  const asked = (argv: readonly string[], ...stdio: readonly Omit<Stdio, "fd">[]) => ({
    argv,
    stdio: streams(...stdio),
  });
  const server = ["claude", "mcp", "serve"];

  test("ends with stdin, though who began it still reads", () =>
    expect(verdict(asked(server, gone, read, nothing), host)).toBe("orphan"));

  test("goes on for whoever a shell started next: `cat calls | server | jq`", () => {
    expect(verdict(asked(server, gone, read, nothing))).toBe("spared");
    expect(verdict(asked(server, gone, read, read))).toBe("spared");
  });

  test("ends when whoever was next is gone, too", () => {
    const zombie = ordinary(READER, { state: "Z", threads: 1 });
    expect(verdict(asked(server, gone, read, nothing), zombie)).toBe("orphan");
    expect(verdict(asked(server, gone, read, gone))).toBe("orphan");
  });

  test("stays where who reads it is not in the table: a sweep lists the adopted alone", () => {
    const unlisted = { ...read, holders: [READER + 1] };
    expect(verdict(asked(server, gone, unlisted, nothing))).toBe("spared");
  });

  test("stays where somebody unseen may be next", () => {
    const more = { ...read, unseen: true };
    expect(verdict(asked(server, gone, more, nothing), host)).toBe("spared");
  });

  test("goes on for a handler that a shell put below it: `exec claude … > >(handler)`", () => {
    const handler = ordinary(READER, {
      ppid: ORPHAN,
      name: "bash",
      argv: ["bash", "-c", "handle"],
      exe: "/usr/bin/bash",
    });
    const turns = ["claude", "-p", "--input-format", "stream-json", "--output-format", "stream-json"];
    for (const argv of [server, turns]) {
      expect(verdict(asked(argv, gone, read, nothing), handler)).toBe("unsure");
      expect(verdict(asked(argv, gone, gone, nothing), handler)).toBe("orphan");
    }
  });

  test("ends with stdout, whoever inherited the other end of stdin", () =>
    expect(verdict({ stdio: streams(read, gone, nothing) })).toBe("orphan"));
});

describe("`cat notes | python3 notes_mcp.py | tee log`, of which only its name says that it is a server", () => {
  const own = { name: "python3", argv: ["python3", "notes_mcp.py"], exe: "/usr/bin/python3.12" };
  const socket = { kind: "socket", peer: "gone" } as const;
  const answered = { kind: "socket", peer: "live", holders: [READER] } as const;

  test("stays while tee reads: its input has ended and its work has not", () =>
    expect(verdict({ ...own, stdio: streams(gone, read, nothing) })).toBe("spared"));

  test("ends once nobody reads, whoever holds its input or hears it complain", () => {
    for (const input of [gone, read]) {
      expect(verdict({ ...own, stdio: streams(input, gone, read) })).toBe("orphan");
    }
  });

  test("ends with its input on sockets, as no shell makes them", () =>
    expect(verdict({ ...own, stdio: streams(socket, answered, nothing) })).toBe("orphan"));

  test("behind a launcher is asked on the port that it serves on", () => {
    const uv = { name: "uv", argv: ["uv", "run", "notes_mcp.py"], exe: "/usr/bin/uv" };
    const child = { ...own, argv: ["python3", "notes_mcp.py", "--port", "8096"] };
    const judged = (child: Partial<Process>) =>
      classify(world(changed({ ...uv, stdio: streams(read, gone, gone) }, child)), builtin(), defaultPolicy)
        .findings[0]?.verdict;
    expect(judged(own)).toBe("orphan");
    expect(judged({ ...child, stdio: streams(gone, gone, gone) })).toBe("unsure");
  });
});
