import { afterEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Desktop, Programs } from "../../src/contract.ts";
import { programs } from "../../plugins/backends/_posix/programs.ts";
import { balloonRecord } from "../../plugins/backends/toolhelp/balloon.ts";
import { parseConfig } from "../../src/config.ts";
import { desktopCommand, type Means, type Message, messageOf, notify } from "../../src/notify/notify.ts";
import { redactText } from "../../src/redact.ts";
import { post, sign } from "../../src/notify/webhook.ts";

const SECRET = "0123456789abcdef";
const event = { what: "asked", pid: 4711, family: "claude", because: "nobody reads it" };
const message = messageOf("round-1", "box", [event], 0);
const never = new AbortController().signal;

let servers: Bun.Server<undefined>[] = [];
afterEach(() => {
  for (const server of servers) void server.stop(true);
  servers = [];
});

/** A receiver that answers in this order, and what it got. */
function receiver(...answers: number[]): { url: string; got: { headers: Headers; body: string }[] } {
  const got: { headers: Headers; body: string }[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      got.push({ headers: request.headers, body: await request.text() });
      const status = answers[Math.min(got.length, answers.length) - 1] ?? 200;
      return new Response("", { status, headers: status === 302 ? { location: "http://127.0.0.1:1/" } : {} });
    },
  });
  servers.push(server);
  return { url: `http://127.0.0.1:${server.port}/hook`, got };
}

describe("a webhook", () => {
  const send = (url: string, signal = never) =>
    post({ url, secret: SECRET, id: "round-1", body: JSON.stringify(message), signal, waitsMs: [0, 1, 1] });

  test("is signed so that the receiver can tell", async () => {
    const { url, got } = receiver(200);
    expect(await send(url)).toBeUndefined();
    const [{ headers, body }] = got as [(typeof got)[number]];
    expect(JSON.parse(body)).toEqual(JSON.parse(JSON.stringify(message)));
    expect(headers.get("agent-reaper-signature")).toBe(
      `sha256=${sign(SECRET, headers.get("agent-reaper-timestamp") ?? "", body)}`,
    );
    expect(headers.get("agent-reaper-id")).toBe("round-1");
  });

  test("the signature is what others compute", async () => {
    const ran = Bun.spawn([
      "python3",
      "-c",
      `import hmac,hashlib; print(hmac.new(b"${SECRET}", b"5.{}", hashlib.sha256).hexdigest())`,
    ]);
    expect(sign(SECRET, "5", "{}")).toBe((await new Response(ran.stdout).text()).trim());
  });

  test("is sent again when it did not arrive, under the same name, and no more than three times", async () => {
    const once = receiver(503, 200);
    expect(await send(once.url)).toBeUndefined();
    expect(once.got.map(({ headers }) => headers.get("agent-reaper-id"))).toEqual(["round-1", "round-1"]);
    const never = receiver(500);
    expect(await send(never.url)).toBe("the answer was 500");
    expect(never.got).toHaveLength(3);
  });

  test("is not sent again where it is not wanted, nor on to somewhere else", async () => {
    for (const status of [401, 404, 302]) {
      const { url, got } = receiver(status);
      expect(await send(url)).toBe(`the answer was ${status}`);
      expect(got).toHaveLength(1);
    }
  });

  test("what fails does not tell the address, which may hold a token", async () => {
    const why = await send("http://127.0.0.1:1/secret-token");
    expect(why).toStartWith("it could not be sent (");
    expect(why).not.toContain("secret-token");
  });

  test("waits for nobody who wanted to end while it was sent", async () => {
    const controller = new AbortController();
    const server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: () => {
        controller.abort();
        return new Response("", { status: 503 });
      },
    });
    servers.push(server);
    const url = `http://127.0.0.1:${server.port}/`;
    const sending = { url, secret: undefined, id: "x", body: "{}", signal: controller.signal, waitsMs: [0, 3_600_000] };
    expect(await post(sending)).toBeString();
  });

  test("waits for nobody who wants to end", async () => {
    const controller = new AbortController();
    const sending = post({
      url: "http://127.0.0.1:1/",
      secret: undefined,
      id: "x",
      body: "{}",
      signal: controller.signal,
      waitsMs: [0, 3_600_000],
    });
    setTimeout(() => controller.abort(), 20);
    expect(await sending).toBeString();
  });
});

describe("a command", () => {
  test("gets the message on its standard input, and one of them for all that was done", async () => {
    const directory = mkdtempSync(join(tmpdir(), "notify-"));
    try {
      const program = join(directory, "told");
      writeFileSync(program, `#!/bin/sh\ncat >> "$1"\necho >> "$1"\n`);
      chmodSync(program, 0o755);
      const settings = { command: [program, join(directory, "out")] };
      const two = messageOf("round-1", "box", [event, { ...event, pid: 4712 }], 0);
      expect(await notify(settings, two, { programs }, never)).toEqual([]);
      const lines = readFileSync(join(directory, "out"), "utf8").trim().split("\n");
      expect(lines.map((line) => (JSON.parse(line) as Message).events.length)).toEqual([2]);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test("that fails is told of", async () => {
    expect(await notify({ command: ["/nonexistent/told"] }, message, { programs }, never)).toEqual([
      "notify.command: /nonexistent/told: ENOENT",
    ]);
    expect(await notify({ command: ["/bin/sh", "-c", "echo no >&2; exit 3"] }, message, { programs }, never)).toEqual([
      "notify.command: /bin/sh: no",
    ]);
  });

  test("that says a secret when it fails does not get it into the log", async () => {
    const command = ["/bin/sh", "-c", "echo token=geheim1234 refused >&2; exit 3"];
    expect(await notify({ command }, message, { programs }, never)).toEqual([
      "notify.command: /bin/sh: token=[redacted] refused",
    ]);
  });

  test("that hangs is ended with all that it started", async () => {
    const directory = mkdtempSync(join(tmpdir(), "notify-"));
    try {
      const argv = ["/bin/sh", "-c", 'sleep 60 & echo $! > "$0"; wait', join(directory, "pid")];
      expect((await programs.later(argv, { patienceMs: 500 })).errors).toBe("it was ended by SIGKILL");
      const pid = readFileSync(join(directory, "pid"), "utf8").trim();
      await Bun.sleep(100);
      const state = await Bun.file(`/proc/${pid}/stat`).text().catch(() => "");
      expect(state === "" || / Z /.test(state)).toBe(true);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

test("on the desktop the platform's own way comes first, and programs where it cannot", async () => {
  const asked: string[] = [];
  const programsAsked: Programs = {
    ...programs,
    find: (name) => `/bin/${name}`,
    later: (argv) => {
      asked.push(argv.join(" "));
      return Promise.resolve({ status: 0, text: "", errors: "" });
    },
  };
  const desktop = (trouble: string | undefined): Desktop => ({
    show: (title, text) => {
      asked.push(`${title}|${text}`);
      return trouble;
    },
  });
  const told = (means: Means) => notify({ desktop: true }, message, means, never);
  expect(await told({ programs: programsAsked, desktop: desktop(undefined) })).toEqual([]);
  expect(asked).toEqual(["agent-reaper: asked claude 4711|asked claude 4711: nobody reads it"]);
  expect(await told({ programs: programsAsked, desktop: desktop("there is no taskbar") })).toEqual([]);
  expect(asked).toHaveLength(3);
  expect(await told({ desktop: desktop("there is no taskbar") })).toEqual(["notify.desktop: there is no taskbar"]);
  expect(await told({})).toEqual(["notify.desktop: there is no program for it here"]);
});

test("a balloon's text is cut where it fits, and not in the middle of a character", () => {
  const record = balloonRecord(1, 2, "t".repeat(70), `${"x".repeat(254)}😀 and more`);
  const units = (at: number, count: number) => Buffer.from(record.buffer, at, count * 2).toString("utf16le");
  expect(units(304, 256)).toBe("x".repeat(254) + "\0\0");
  expect(units(820, 64)).toBe("t".repeat(63) + "\0");
});

test("on the desktop the text is an argument, whatever it says", () => {
  const find = (name: string) => `/usr/bin/${name}`;
  const text = `</b>"; rm -rf ~ #\n--help`;
  expect(desktopCommand("linux", "t", text, find)).toEqual([
    "/usr/bin/notify-send",
    "--app-name=agent-reaper",
    "--",
    "t",
    '&lt;/b&gt;"; rm -rf ~ #\n--help',
  ]);
  expect(desktopCommand("darwin", "t", text, find)?.slice(-2)).toEqual(["t", text]);
  expect(desktopCommand("linux", "t", text, () => undefined)).toBeUndefined();
});

test("nobody is told unless the configuration says so, and nonsense in it is refused", () => {
  expect(parseConfig("", "c", "/home/me").settings.notify).toBeUndefined();
  const told = parseConfig(
    `[notify]\ndesktop = true\nwebhook = "https://x.example/h"\nwebhook-secret = "${SECRET}"\ncommand = ["/bin/told"]\n`,
    "c",
    "/home/me",
  );
  expect(told.settings.notify).toEqual({
    desktop: true,
    webhook: "https://x.example/h",
    webhookSecret: SECRET,
    command: ["/bin/told"],
  });
  for (
    const wrong of [
      'webhook = "file:///etc/passwd"',
      "desktop = 1",
      'command = ["told"]',
      "command = []",
      'webhook-secret = "short"',
      "sound = true",
    ]
  ) {
    expect(() => parseConfig(`[notify]\n${wrong}\n`, "c", "/home/me")).toThrow("notify");
  }
  try {
    parseConfig('[notify]\nwebhook-secret = "short"\n', "c", "/home/me");
  } catch (error) {
    // What is shown has no secrets in it, and still says what is wrong.
    expect(redactText((error as Error).message)).toBe(
      "c: notify.webhook-secret is too short: expected 16 characters or more",
    );
  }
});
