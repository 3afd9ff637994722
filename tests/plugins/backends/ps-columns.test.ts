import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { columns, parseRows } from "../../../plugins/backends/ps/columns.ts";
import { draftOf } from "../../../plugins/backends/ps/table.ts";
import type { Dialect } from "../../../plugins/backends/ps/columns.ts";

const START = "Sun Jun 28 09:00:00 2026    ";

/** A row as Apple's ps composes it: numbers to the right, texts to the left, the name as it is. */
function darwinRow(pid: number, name: string, command: string, ppid = 1): string {
  return `${String(pid).padStart(5)} ${String(ppid).padStart(5)} ${String(pid).padStart(5)} ttys001  S+   ${START} ` +
    `${name.padEnd(16)}   501 ${String(pid).padStart(4)}  23424   0:32.08     01-08:09:08 ${command}`;
}

const one = (text: string, dialect: Dialect = "darwin") => {
  const { rows, unreadable } = parseRows(text, dialect);
  expect({ rows: rows.length, unreadable }).toEqual({ rows: 1, unreadable: 0 });
  return rows[0] as (typeof rows)[number];
};

describe("columns()", () => {
  test("asks for each column alone, without header, the command line last and uncut", () => {
    for (const dialect of ["darwin", "procps"] as const) {
      const asked = columns(dialect);
      expect(asked[0]).toBe("-ww");
      expect(asked.slice(1).filter((word) => word !== "-o").every((word) => /^[a-z:0-9]+=$/.test(word))).toBe(true);
      expect(asked.join(" ")).not.toContain("etimes");
      expect(asked.at(-1)).toBe(dialect === "darwin" ? "command=" : "args=");
    }
    expect(columns("darwin")).not.toContain("sess=");
  });
});

describe("parseRows()", () => {
  test("reads a row of macOS", () => {
    expect(one(darwinRow(18040, "claude", "claude --continue"))).toEqual({
      pid: 18040,
      ppid: 1,
      pgid: 18040,
      tty: "ttys001",
      stat: "S+",
      start: Date.parse("2026-06-28T09:00:00Z") / 1000,
      name: "claude",
      uid: 501,
      tpgid: 18040,
      rssKibibytes: 23424,
      processorSeconds: 32.08,
      elapsedSeconds: 86_400 + 29_348,
      sid: undefined,
      threads: undefined,
      command: "claude --continue",
    });
  });

  test("reads a row of Linux", () => {
    const row = one(
      " 4711  1200  4711 pts/3    SNl+ Sun Jun 28 09:00:00 2026 npm exec @playw  1000  4711  1776 00:00:09 08:09:08  1200   11 npm exec @playwright/mcp",
      "procps",
    );
    expect(row).toMatchObject({ pid: 4711, name: "npm exec @playw", tpgid: 4711, sid: 1200, threads: 11, uid: 1000 });
    expect(row.command).toBe("npm exec @playwright/mcp");
  });

  test("keeps blanks, digits and brackets of names apart from the numbers behind them", () => {
    for (const name of ["tmux: server", "a 1 2 3", "501 0 1 0:01.00", "a) Z 1 (", "", " x", "1 1 1 ?? S", "::::"]) {
      expect(one(darwinRow(7, name, "x"))).toMatchObject({ name: name.trim(), uid: 501, command: "x" });
    }
  });

  test("takes for a command line whatever it holds, rows of other processes too", () => {
    const other = darwinRow(1, "launchd", "/sbin/launchd", 0);
    expect(one(darwinRow(7, "claude", other)).command).toBe(other);
    expect(one(darwinRow(7, "claude", "")).command).toBe("");
    expect(one(darwinRow(7, "claude", "a".repeat(100_000))).command).toHaveLength(100_000);
    expect(one(darwinRow(7, "claude", "\u2028\r\u0085")).command).toBe("\u2028\r\u0085");
  });

  test("mends a row that a line break in its name tears", () => {
    for (const name of ["a\nb", "\n", "\n\n\nx", "\n".repeat(16), "x\n 1 0 1 ?? S"]) {
      const row = one(darwinRow(7, name, "claude -p"));
      expect(row).toMatchObject({ pid: 7, ppid: 1, uid: 501, command: "claude -p" });
    }
  });

  test("no name of 16 bytes makes a row of its own, whatever the command line adds", () => {
    const piece = fc.constantFrom("\n", " ", "1", "0", "9 ", "\n1 ", "?? ", "S ", "Sun ", "Jun ", ":", "x", "-");
    const name = fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join("").slice(0, 16));
    const forged = `?? S ${START}x 501 1 1 0:00.01 00:01 claude`;
    const command = fc.constantFrom(forged, `1 1 ${forged}`, darwinRow(2, "x", "y"), "x", "");
    fc.assert(
      fc.property(name, command, (name, command) => {
        const { rows } = parseRows([darwinRow(7, name, command), darwinRow(8, "end", "end")].join("\n"), "darwin");
        expect(rows.map(({ pid, ppid, uid, command }) => ({ pid, ppid, uid, command }))).toEqual([
          { pid: 7, ppid: 1, uid: 501, command },
          { pid: 8, ppid: 1, uid: 501, command: "end" },
        ]);
      }),
      { numRuns: 2_000 },
    );
  });

  test("counts what is no row instead of believing it", () => {
    const text = ["ps: something", darwinRow(7, "a", "b"), "1 2 3", `${darwinRow(8, "a", "b").slice(0, 70)}`, ""].join(
      "\n",
    );
    expect(parseRows(text, "darwin")).toMatchObject({ rows: [{ pid: 7 }], unreadable: 3 });
  });
});

describe("draftOf()", () => {
  const draft = (line: string) => draftOf(one(line), "darwin");
  const changed = (from: string, to: string) => draft(darwinRow(7, "claude", "claude").replace(from, to));

  test("splits the printed line at blanks", () => {
    expect(draft(darwinRow(7, "claude", "claude -p say  hello ")).argv).toEqual(["claude", "-p", "say", "hello"]);
  });

  test("a name in brackets is no command line; a zombie has none", () => {
    const nameless = draft(darwinRow(7, "claude", "(claude)"));
    expect(nameless.argv).toBeUndefined();
    expect(nameless.unread).toEqual({ argv: "ps prints only its name" });
    const zombie = draft(darwinRow(7, "claude", "(claude)").replace("S+  ", "Z+  "));
    expect(zombie).toMatchObject({ argv: null, state: "Z", threads: 0 });
  });

  test("without a terminal there is no foreground group, whatever is printed", () => {
    for (const printed of ["     0", "100000", "    -1"]) {
      const line = darwinRow(7, "claude", "x").replace("ttys001 ", "??      ").replace("501    7", `501 ${printed}`);
      expect(draft(line)).toMatchObject({ tty: null, tpgid: -1 });
    }
    expect(draft(darwinRow(7, "claude", "x"))).toMatchObject({ tty: "ttys001", tpgid: 7 });
    expect(changed("501    7", "501    0").tpgid).toBeUndefined();
  });

  test("a terminal that Linux finds no name for is one all the same, by who is in front of it", () => {
    const line = (tpgid: number): string =>
      ` 4711  1200  4711 ?        Ss+  Sun Jun 28 09:00:00 2026 claude           1000 ${tpgid}  1776 00:00:09 08:09:08  1200   11 claude`;
    const elsewhere = draftOf(one(line(4711), "procps"), "procps");
    expect(elsewhere).toMatchObject({ tpgid: 4711, unread: { tty: "ps finds no name for it" } });
    expect("tty" in elsewhere).toBe(false);
    expect(draftOf(one(line(-1), "procps"), "procps")).toMatchObject({ tty: null, tpgid: -1 });
  });

  test("nobody has the number that the kernel means by -2", () => {
    expect(changed("  501 ", "   -2 ").uid).toBe(4_294_967_294);
  });

  test("memory is in bytes, and what macOS does not tell is absent", () => {
    const one = draft(darwinRow(7, "claude", "x"));
    expect(one.rss).toBe(23_424 * 1024);
    for (const field of ["sid", "threads", "exe", "cwd", "env", "stdio"] as const) expect(field in one).toBe(false);
  });

  test("threads of the Linux kernel have no arguments; who calls himself like one stays unknown", () => {
    const line = (ppid: number): string =>
      `   17     ${ppid}     0 ?        I<   Sun Jun 28 09:00:00 2026 kworker/0:0         0    -1     0 00:00:00       46:54     0    1 [kworker/0:0]`;
    expect(draftOf(one(line(2), "procps"), "procps").argv).toBeNull();
    expect(draftOf(one(line(1), "procps"), "procps").argv).toBeUndefined();
    expect(draftOf(one(line(2).replace("     0 00:00:00", "  1776 00:00:00"), "procps"), "procps").argv)
      .toBeUndefined();
  });

  test("below an init that starts one program, that one is pid 2, and no thread of the kernel, nor are its children", () => {
    const line = (pid: number, ppid: number): string =>
      ` ${pid}  ${ppid}  4711 ?        Ss+  Sun Jun 28 09:00:00 2026 claude           1000 -1  1776 00:00:09 08:09:08  1200   11 claude -p`;
    for (const [pid, ppid] of [[2, 1], [14, 2]] as const) {
      expect(draftOf(one(line(pid, ppid), "procps"), "procps").argv).toEqual(["claude", "-p"]);
    }
  });
});
