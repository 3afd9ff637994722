import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { ProgramEnd, Programs } from "../../src/contract.ts";
import { placesIn } from "../../src/services/environment.ts";
import { install, installedKinds, isInstalled, type Site, uninstall, usualKind } from "../../src/services/managers.ts";
import * as texts from "../../src/services/texts.ts";
import { appendToLog } from "../../src/watch/log.ts";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/cron-life.ts";

setDefaultTimeout(300_000);

let directory: string;
beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), "services-"))));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Names that break quoting. */
const ODD = ["agent-reaper", "with blank", "50% $HOME", "über"];
const QUOTES = [`quote's "two"`, "back\\slash"];

/** A place of the configuration, in a directory of that name. */
const PLACED = (name: string) => [["AGENT_REAPER_CONFIG", `/home/lea/${name}/config.toml`]] as const;

function text(program: string, environment?: texts.ServiceText["environment"]): texts.ServiceText {
  const log = "/home/lea/.local/state/agent-reaper/watch.log";
  return { program, everyMs: 300_000, log, ...(environment === undefined ? {} : { environment }) };
}

test("what decides where configuration and state lie holds for a service too, and nothing else does", () => {
  const variables = {
    ...{
      AGENT_REAPER_CONFIG: "/c.toml",
      AGENT_REAPER_STATE: "relative",
      AGENT_REAPER_STORE: "postgres://u:secret@h/d",
    },
    ...{ XDG_CONFIG_HOME: "/xc", XDG_STATE_HOME: "/xs", HOME: "/home/lea", PATH: "/bin" },
  };
  expect(placesIn("linux", "/home/lea", variables)).toEqual([
    ["AGENT_REAPER_CONFIG", "/c.toml"],
    ["XDG_STATE_HOME", "/xs"],
  ]);
  expect(placesIn("linux", "/home/lea", { XDG_CONFIG_HOME: "/xc" })).toEqual([["XDG_CONFIG_HOME", "/xc"]]);
  const usual = { XDG_CONFIG_HOME: "/home/lea/.config", XDG_STATE_HOME: "/home/lea/.local/state" };
  expect(placesIn("linux", "/home/lea", usual)).toEqual([]);
  expect(() => placesIn("linux", "/home/lea", { AGENT_REAPER_STATE: "/a\nExecStart=/b" })).toThrow(
    "AGENT_REAPER_STATE=/a\\nExecStart=/b: no service takes such a path: move it",
  );
  expect(placesIn("darwin", "/Users/lea", { XDG_STATE_HOME: "/xs" })).toEqual([]);
});

describe("what systemd is told", () => {
  test("passes its own checker, whatever the program's path", async () => {
    for (const [at, name] of ODD.entries()) {
      const place = join(directory, String(at));
      mkdirSync(place);
      const program = join(place, name);
      writeFileSync(program, "#!/bin/sh\n");
      chmodSync(program, 0o755);
      const told = text(program, PLACED(name));
      writeFileSync(join(place, "agent-reaper.service"), texts.systemdService(told));
      writeFileSync(join(place, "once.service"), texts.systemdOneshot(told));
      expect(texts.systemdService(told)).toContain(
        `\nEnvironment="AGENT_REAPER_CONFIG=/home/lea/${name.replace("%", "%%")}/config.toml"\n`,
      );
      writeFileSync(join(place, "once.timer"), texts.systemdTimer(text(program)));
      for (const unit of ["agent-reaper.service", "once.timer"]) {
        const ran = Bun.spawn(["systemd-analyze", "--user", "--man=no", "verify", join(place, unit)], {
          stdout: "pipe",
          stderr: "pipe",
          env: { PATH: "/usr/bin:/bin", HOME: place, XDG_RUNTIME_DIR: place, SYSTEMD_LOG_LEVEL: "warning" },
        });
        const said = await new Response(ran.stdout).text() + await new Response(ran.stderr).text();
        const about = said.split("\n").filter((line) => line.includes(place) || /agent-reaper|once\./.test(line));
        expect({ name, unit, exitCode: await ran.exited, about }).toEqual({ name, unit, exitCode: 0, about: [] });
      }
    }
  });

  test("names no program that it would not run", () => {
    for (const name of QUOTES) {
      expect(() => texts.systemdService(text(`/${name}`))).toThrow("move it");
      expect(() => texts.systemdOneshot(text("/x", PLACED(name)))).toThrow("move it");
    }
  });

  test("hides nothing that a reaper must see", () => {
    const all = texts.systemdService(text("/x")) + texts.systemdOneshot(text("/x"));
    expect(all).not.toMatch(
      /PrivateTmp|ProtectHome|ProtectProc|PrivatePIDs|ProcSubset|PrivateUsers|MemoryDenyWriteExecute|RemainAfterExit/,
    );
  });
});

/** Reads a file back with Python's parser of that form. */
function python(program: string, file: string): unknown {
  const ran = Bun.spawnSync(["python3", "-c", program, file]);
  if (ran.exitCode !== 0) throw new Error(ran.stderr.toString());
  return JSON.parse(ran.stdout.toString());
}

test("what launchd is told is a property list with absolute paths and no log that grows", () => {
  for (const name of [...ODD, ...QUOTES]) {
    const file = join(directory, "agent.plist");
    const agent = text(`/Users/lea/${name}`, PLACED(name));
    writeFileSync(file, texts.launchdPlist(agent, "dev.agent-reaper.watch"));
    const told = python("import json,plistlib,sys; print(json.dumps(plistlib.load(open(sys.argv[1],'rb'))))", file);
    expect(told).toMatchObject({
      Label: "dev.agent-reaper.watch",
      ProgramArguments: [`/Users/lea/${name}`, "watch", "--every", "300s", "--log", text("").log],
      EnvironmentVariables: Object.fromEntries(PLACED(name)),
      RunAtLoad: true,
      StandardOutPath: "/dev/null",
      ProcessType: "Background",
    });
  }
});

test("what the Task Scheduler is told is XML in the encoding that it says", () => {
  const task = texts.windowsTask({ program: "C:\\Users\\Lea & Bo\\agent-reaper.exe", everyMs: 60_000, log: "C:\\log" });
  const file = join(directory, "task.xml");
  writeFileSync(file, Buffer.from(`\ufeff${task}`, "utf16le"));
  const told = python(
    `import json,sys,xml.etree.ElementTree as e
ns='{http://schemas.microsoft.com/windows/2004/02/mit/task}'
r=e.parse(sys.argv[1]).getroot()
print(json.dumps({x: r.find('.//'+ns+x).text for x in ['Command','Arguments','MultipleInstancesPolicy','StartWhenAvailable','DisallowStartIfOnBatteries','RunLevel']}))`,
    file,
  );
  expect(told).toEqual({
    Command: "conhost.exe",
    Arguments: '--headless "C:\\Users\\Lea & Bo\\agent-reaper.exe" watch --every 60s --log "C:\\log"',
    MultipleInstancesPolicy: "IgnoreNew",
    StartWhenAvailable: "true",
    DisallowStartIfOnBatteries: "false",
    RunLevel: "LeastPrivilege",
  });
});

describe("a crontab", () => {
  test("gets our line once, keeps the others, and is as before when ours is taken out", () => {
    const lines = fc.array(fc.string({ unit: "grapheme-ascii" }).filter((line) => !line.includes("agent-reaper")));
    fc.assert(fc.property(lines, (others) => {
      const before = others.length === 0 ? "" : `${others.join("\n")}\n`;
      const with1 = texts.crontabWith(before, text("/a"));
      expect(texts.lineInCrontab(with1)).toBe(texts.cronLine(text("/a")));
      expect(texts.lineInCrontab(before)).toBeUndefined();
      expect(texts.crontabWith(with1, text("/b")).split("sweep --quiet")).toHaveLength(2);
      expect(texts.crontabWith(with1, undefined)).toBe(before);
    }));
  });

  test("says in its line where the configuration lies, as the shell that cron calls reads it", () => {
    for (const name of [...ODD, ...QUOTES]) {
      // What cron hands to the shell: a percent sign that is spelled out is one.
      const line = texts.cronLine(text("/bin/true", PLACED(name))).replace("*/5 * * * * ", "").replaceAll("\\%", "%");
      const shown = Bun.spawnSync(["sh", "-c", `${line.replace(/'\/bin\/true'.*/, "env")}`]);
      expect(shown.stdout.toString()).toContain(`AGENT_REAPER_CONFIG=/home/lea/${name}/config.toml\n`);
    }
  });

  test("by minutes and by hours", () => {
    const line = (everyMs: number) => texts.cronLine({ ...text("/a"), everyMs }).split(" '")[0];
    expect([60_000, 300_000, 3_600_000, 7_200_000, 86_400_000].map(line)).toEqual([
      "*/1 * * * *",
      "*/5 * * * *",
      "0 */1 * * *",
      "0 */2 * * *",
      "0 0 * * *",
    ]);
    const no = "cron has no such interval, only even parts of an hour and of a day: write";
    for (
      const [everyMs, says] of [
        [1_000, `--every 1s: ${no} 1m`],
        [45 * 60_000, `--every 45m: ${no} 30m or 1h`],
        [90 * 60_000, `--every 1h30m: ${no} 1h or 2h`],
        [7 * 86_400_000, `--every 7d: ${no} 1d`],
      ] as const
    ) expect(() => line(everyMs)).toThrow(says);
  });

  test("is taken by Debian's crontab, and what it says is run by its shell", async () => {
    const told = await runInside<Told>(join(import.meta.dir, "../support/programs/cron-life.ts"), {
      binary: join(import.meta.dir, "../../dist/agent-reaper"),
      daemon: process.env["REAPER_LONG_TESTS"] === "1",
    }, { prefix: () => ["unshare", "--mount", "--"] });
    expect(told).toMatchObject({
      others: true,
      installed: 1,
      swept: true,
      after: told.before,
      statusBefore: 1,
      statusAfter: 0,
      status: told.line,
      found: told.line,
      none: true,
    });
  });
});

describe("installing", () => {
  /** A service manager that takes down what it is told. */
  function site(
    answers: (argv: readonly string[]) => Partial<ProgramEnd> = () => ({}),
  ): Site & { readonly log: string[] } {
    const log: string[] = [];
    const programs: Programs = {
      later: () => Promise.reject(new Error("nothing goes on here")),
      find: (name) => `/usr/bin/${name}`,
      run: (argv) => {
        log.push(argv.join(" "));
        return { status: 0, text: "", errors: "", ...answers(argv) };
      },
    };
    return { programs, home: join(directory, "home"), uid: 1000, variables: {}, log };
  }

  test("writes, starts, and takes all of it away again", () => {
    const here = site();
    const [path = ""] = install("systemd", here, text("/a"));
    expect(readFileSync(path, "utf8")).toContain('ExecStart="/a" watch');
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(isInstalled("systemd", here, text("/a"))).toBe(true);
    expect(uninstall("systemd", here, text("/a"))).toEqual([path]);
    expect(readdirSync(join(path, ".."))).toEqual([]);
    expect(here.log).toEqual([
      "/usr/bin/systemctl --user daemon-reload",
      "/usr/bin/systemctl --user enable --now agent-reaper.service",
      "/usr/bin/systemctl --user disable --now agent-reaper.timer",
      "/usr/bin/systemctl --user disable --now agent-reaper.service",
    ]);
  });

  test("again, what runs is stopped first: it would go on as it was told before", () => {
    const here = site();
    install("systemd", here, text("/a"));
    here.log.length = 0;
    install("systemd", here, { ...text("/a"), everyMs: 60_000 });
    expect(here.log.map((line) => line.replace("/usr/bin/systemctl --user ", ""))).toEqual([
      ...["disable --now agent-reaper.timer", "disable --now agent-reaper.service"],
      ...["daemon-reload", "enable --now agent-reaper.service"],
    ]);
    uninstall("systemd", here, text("/a"));
    const onMac = site();
    install("launchd", onMac, text("/a"));
    install("launchd", onMac, text("/a"));
    expect(onMac.log.map((line) => line.split(" ")[1])).toEqual(["bootstrap", "bootout", "bootstrap"]);
    uninstall("launchd", onMac, text("/a"));
  });

  test("one of systemd's two ways takes the place of the other, and goes away with it", () => {
    const here = site();
    const units = join(here.home, ".config/systemd/user");
    install("systemd-timer", here, text("/a"));
    install("systemd", here, text("/a"));
    expect(readdirSync(units)).toEqual(["agent-reaper.service"]);
    install("systemd-timer", here, text("/a"));
    expect(readFileSync(join(units, "agent-reaper.service"), "utf8")).toContain("sweep --strict");
    uninstall("systemd", here, text("/a"));
    expect(readdirSync(units)).toEqual([]);
  });

  test("is found whatever it is, and one of systemd's two ways is not the other", () => {
    const cron = { text: "" };
    const here = site((argv) => argv.at(-1) === "-l" ? cron : {});
    const found = () => installedKinds(here, text("/a"));
    expect(found()).toEqual([]);
    install("systemd", here, text("/a"));
    expect(found()).toEqual(["systemd"]);
    install("systemd-timer", here, text("/a"));
    cron.text = texts.crontabWith("", text("/a"));
    expect(found()).toEqual(["systemd-timer", "cron"]);
    uninstall("systemd-timer", here, text("/a"));
    expect(found()).toEqual(["cron"]);
    // Who has no crontab, or may not have one, has nothing of ours in it.
    expect(installedKinds({ ...here, programs: { ...here.programs, find: () => undefined } }, text("/a"))).toEqual([]);
    const denied = site(() => ({ status: 1, errors: "you are not allowed to use this program" }));
    expect(installedKinds(denied, text("/a"))).toEqual([]);
  });

  test("leaves a file alone that somebody else wrote", () => {
    const here = site();
    const path = join(here.home, ".config/systemd/user/agent-reaper.service");
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, "[Service]\nExecStart=/theirs\n");
    expect(() => install("systemd", here, text("/a"))).toThrow("somebody else wrote it");
    expect(() => uninstall("systemd", here, text("/a"))).toThrow("somebody else wrote it");
    expect(readFileSync(path, "utf8")).toContain("/theirs");
    rmSync(path);
  });

  test("says in one line what the manager says, and leaves nothing behind that nobody starts", () => {
    const here = site(() => ({ status: 1, errors: "Failed to connect to bus: No medium found\n" }));
    const units = join(here.home, ".config/systemd/user");
    expect(() => install("systemd", here, text("/a"))).toThrow(
      "/usr/bin/systemctl --user daemon-reload: Failed to connect to bus: No medium found",
    );
    expect(readdirSync(units)).toEqual([]);
    install("systemd", site(), text("/a"));
    expect(() => install("systemd", here, text("/b"))).toThrow("No medium found");
    expect(readdirSync(units)).toEqual(["agent-reaper.service"]);
    uninstall("systemd", site(), text("/a"));
  });

  test("never loses a crontab that could not be read", () => {
    const errors = "crontab: you may not have one.\nbailing out.\n";
    const here = site(([, flag]) => flag === "-l" ? { status: 1, errors } : {});
    expect(() => install("cron", here, text("/a"))).toThrow("crontab -l: crontab: you may not have one.; bailing out.");
    expect(here.log.some((line) => line.endsWith("crontab -"))).toBe(false);
  });

  test("takes what works here", () => {
    expect(usualKind("darwin", site())).toBe("launchd");
    expect(usualKind("linux", site())).toBe("systemd");
    expect(usualKind("linux", site((argv) => ({ status: argv.includes("--user") ? 1 : 0 })))).toBe("cron");
  });
});

test("the node's agent is what Kubernetes takes, with the rights that a test tries one by one", () => {
  const yaml = readFileSync(join(import.meta.dir, "../../docs/deploy/daemonset.yaml"), "utf8");
  const { spec } = (Bun.YAML.parse(yaml) as { spec: { template: { spec: Record<string, unknown> } } }).spec.template;
  const [container] = spec["containers"] as { args: string[]; securityContext: Record<string, unknown> }[];
  expect(spec).toMatchObject({ hostPID: true, automountServiceAccountToken: false });
  expect(container?.args.slice(0, 3)).toEqual(["watch", "--all-users", "--host-namespaces"]);
  expect(container?.securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false });
});

test("a log that is a pipe nobody reads is refused and not waited for, and one in the way is told as what it is", () => {
  const pipe = join(directory, "pipe");
  Bun.spawnSync(["mkfifo", pipe]);
  expect(() => appendToLog(pipe, "x\n")).toThrow("ENXIO");
  const full = join(directory, "full.log");
  writeFileSync(full, "x".repeat(100));
  mkdirSync(join(directory, "full.log.1"));
  expect(() => appendToLog(full, "x\n", 10)).toThrow("EISDIR");
});

test("a log stays small", () => {
  const path = join(directory, "watch.log");
  for (let at = 0; at < 100; at++) appendToLog(path, `${"x".repeat(99)}\n`, 1_000);
  expect(statSync(path).size + statSync(`${path}.1`).size).toBeLessThanOrEqual(2_200);
  expect(readdirSync(directory).filter((name) => name.startsWith("watch.log"))).toHaveLength(2);
});
