import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  parseDescriptors,
  parseGroups,
  parseLoad,
  parseMeminfo,
  parsePressure,
} from "../../plugins/backends/procfs/vitals.ts";
import * as mac from "../../plugins/backends/ps/vitals.ts";
import { parseMemoryStatus } from "../../plugins/backends/toolhelp/vitals.ts";
import { parseConfig } from "../../src/config.ts";
import type { Machine, Process, Vitals } from "../../src/contract.ts";
import { assess, type Health } from "../../src/health/assess.ts";
import { limitsHere, sampleAfter, sampleNow } from "../../src/health/measure.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { maxAgeFromEnvironment, type Thresholds, thresholds, USUAL } from "../../src/health/thresholds.ts";

const GIB = 1024 ** 3;

const MEMINFO = `MemTotal:       24684092 kB
MemFree:        20715964 kB
MemAvailable:   23996340 kB
Buffers:           80288 kB
SwapCached:            0 kB
SwapTotal:       2097148 kB
SwapFree:         524287 kB
HugePages_Free:        0
`;

describe("procfs tells", () => {
  test("memory and swap", () => {
    expect(parseMeminfo(MEMINFO)).toEqual({
      memory: { totalBytes: 24684092 * 1024, freeBytes: 20715964 * 1024, availableBytes: 23996340 * 1024 },
      swap: { totalBytes: 2097148 * 1024, usedBytes: 1572861 * 1024 },
    });
  });

  test("no available memory before Linux 3.14, and nothing of nothing", () => {
    expect(parseMeminfo("MemTotal: 10 kB\nMemFree: 5 kB\n")).toEqual({
      memory: { totalBytes: 10240, freeBytes: 5120 },
    });
    expect(parseMeminfo("")).toEqual({});
  });

  test("pressure, load, open files, control groups", () => {
    const pressure =
      "some avg10=12.34 avg60=2.00 avg300=0.10 total=11\nfull avg10=3.00 avg60=0.00 avg300=0.00 total=7\n";
    expect(parsePressure(pressure)).toEqual({ some10: 12.34, full10: 3 });
    expect(parseLoad("276.10 80.00 9.99 3/900 4711\n", 10)).toEqual({ average: [276.1, 80, 9.99], processors: 10 });
    expect(parseDescriptors("1952\t0\t9223372036854775807\n")).toEqual({ used: 1952, limit: 9223372036854775807 });
    const groups = parseGroups("12:pids:/a\n4:memory:/a:b\n2:cpu,cpuacct:/\n0::/user.slice\n");
    expect([groups.get(""), groups.get("memory"), groups.get("cpuacct")]).toEqual(["/user.slice", "/a:b", "/"]);
  });

  test("unknown, never zero, when a file is not what it should be", () => {
    fc.assert(fc.property(fc.string(), (text) => {
      const number = (value: number | undefined) => expect(value === undefined || Number.isFinite(value)).toBe(true);
      number(parsePressure(text)?.some10);
      number(parseDescriptors(text)?.used);
      number(parseLoad(text, 1)?.average[0]);
      expect(parseMeminfo(text)).toEqual({});
    }));
  });
});

describe("macOS tells", () => {
  const VM_STAT = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               12345.
Pages active:                            400000.
Pages inactive:                          300000.
Pages speculative:                         1000.
Pages throttled:                              0.
Pages purgeable:                           2000.
"Translation faults":                4094943834.
`;
  const SYSCTL = `hw.memsize: 17179869184
hw.logicalcpu: 10
vm.swapusage: total = 2048.00M  used = 1011.25M  free = 1036.75M  (encrypted)
vm.loadavg: { 276,31 100.10 9.98 }
kern.num_files: 9876
kern.maxfiles: 245760
kern.maxproc: 4000
`;
  const tools = {
    find: (paths: readonly string[]) => paths[0],
    run: (path: string) => ({ pid: 1, status: 0, text: path.endsWith("vm_stat") ? VM_STAT : SYSCTL, errors: "" }),
  };

  test("all that it has", () => {
    expect(mac.readVitals(tools, "darwin", 512)).toEqual({
      memory: { totalBytes: 17179869184, freeBytes: 12345 * 16384, availableBytes: 315345 * 16384 },
      swap: { totalBytes: 2048 * 1024 ** 2, usedBytes: 1011.25 * 1024 ** 2 },
      load: { average: [276.31, 100.1, 9.98], processors: 10 },
      descriptors: { used: 9876, limit: 245760 },
      tasks: { used: 512, limit: 4000, limitedBy: "kern.maxproc" },
    });
  });

  test("what is missing and why", () => {
    const vitals = mac.readVitals({ find: () => undefined, run: () => "cannot be run" }, "darwin", 5);
    expect(vitals).toEqual({ unread: { sysctl: "it is missing", vm_stat: "it is missing" } });
  });
});

test("Windows tells memory, and as swap what may be committed beyond it", () => {
  const view = new DataView(new ArrayBuffer(64));
  [8, 3, 12, 5].forEach((gib, at) => view.setBigUint64(8 + 8 * at, BigInt(gib * GIB), true));
  expect(parseMemoryStatus(view)).toEqual({
    memory: { totalBytes: 8 * GIB, freeBytes: 3 * GIB, availableBytes: 3 * GIB },
    swap: { totalBytes: 4 * GIB, usedBytes: 2 * GIB },
  });
});

describe("assess()", () => {
  const fine: Vitals = {
    memory: { totalBytes: 8 * GIB, freeBytes: GIB, availableBytes: 4 * GIB },
    swap: { totalBytes: 4 * GIB, usedBytes: GIB },
  };
  const parent: Process = { pid: 5, ppid: 1, name: "node", state: "S" };
  const zombies = (count: number): Process[] => [
    parent,
    ...Array.from(
      { length: count },
      (_, at): Process => ({ pid: 10 + at, ppid: 5, name: "sh", threads: 1, state: "Z", argv: null }),
    ),
  ];
  const line = (health: Health, name: string) => health.checks.find((check) => check.name === name);

  test("a machine that is well", () => {
    expect(assess(fine, [parent], USUAL)).toMatchObject({ status: "ok", zombies: [] });
  });

  test("each limit: at it all is well, beyond it not, and the line says why", () => {
    const cases: readonly (readonly [string, Vitals, number, string, string])[] = [
      ["zombies", fine, 500, "ok", "500, 500 of them node (5)'s"],
      ["zombies", fine, 501, "warning", "501, 501 of them node (5)'s: more than 500"],
      [
        "memory",
        { ...fine, memory: { totalBytes: 8 * GIB, freeBytes: 1, availableBytes: GIB } },
        0,
        "ok",
        "1.0 GiB of 8.0 GiB available",
      ],
      [
        "memory",
        { ...fine, memory: { totalBytes: 8 * GIB, freeBytes: 1, availableBytes: GIB - 1 } },
        0,
        "warning",
        "less than 1.0 GiB",
      ],
      ["memory", { ...fine, memory: { totalBytes: 8 * GIB, freeBytes: GIB / 8 } }, 0, "critical", "less than 1.0 GiB"],
      ["swap", { ...fine, swap: { totalBytes: 1000, usedBytes: 700 } }, 0, "ok", "70 %"],
      ["swap", { ...fine, swap: { totalBytes: 1000, usedBytes: 701 } }, 0, "warning", "more than 70 %"],
      ["swap", { ...fine, swap: { totalBytes: 1000, usedBytes: 990 } }, 0, "critical", "99 %"],
      ["swap", { ...fine, swap: { totalBytes: 0, usedBytes: 0 } }, 0, "ok", "there is none"],
      ["memory pressure", { ...fine, memoryPressure: { some10: 10, full10: 0 } }, 0, "warning", "10 %"],
      ["memory pressure", { ...fine, memoryPressure: { some10: 50, full10: 20 } }, 0, "critical", "20 %"],
      ["memory limit", { ...fine, memoryLimit: { limitBytes: 100 * GIB, usedBytes: 96 * GIB } }, 0, "critical", "96 %"],
      ["load", { ...fine, load: { average: [1, 276, 1], processors: 10 } }, 0, "critical", "27.6 for each"],
      ["tasks", { ...fine, tasks: { used: 90, limit: 100, limitedBy: "control group" } }, 0, "warning", "90 %"],
      ["open files", { ...fine, descriptors: { used: 100, limit: 9223372036854775807 } }, 0, "ok", "no limit"],
    ];
    for (const [name, vitals, dead, status, says] of cases) {
      const health = assess(vitals, zombies(dead), USUAL);
      expect({ name, ...line(health, name) }).toMatchObject({ name, status, says: expect.stringContaining(says) });
      expect({ name, status: health.status }).toEqual({ name, status } as never);
    }
  });

  test("what cannot be told is no health", () => {
    expect(assess({ unread: { memory: "EACCES" } }, [], USUAL)).toMatchObject({ status: "ok" });
    expect(line(assess({ unread: { memory: "EACCES" } }, [], USUAL), "memory")).toMatchObject({
      status: "unknown",
      says: "not told (EACCES)",
    });
  });

  test("more of a trouble never makes it better", () => {
    const rank = ["ok", "warning", "critical"];
    fc.assert(fc.property(fc.nat(2000), fc.nat(2000), fc.nat(1000), (used, more, dead) => {
      const total = used + more;
      const at = (usedBytes: number) =>
        assess({ ...fine, swap: { totalBytes: total, usedBytes } }, zombies(dead), USUAL).status;
      expect(rank.indexOf(at(total))).toBeGreaterThanOrEqual(rank.indexOf(at(used)));
    }));
  });
});

describe("limits", () => {
  test("the environment's say more than the configuration's", () => {
    const configured =
      parseConfig("[health]\nzombies = 5\nfree-memory-mb = 100\nswap-share = 0.5\n", "c", "/home/me").settings.health;
    expect(thresholds(configured ?? {}, {})).toEqual({ zombies: 5, freeMemoryBytes: 100 * 1024 ** 2, swapShare: 0.5 });
    const told = { REAPER_ZOMBIE_WARN_THRESHOLD: "7", REAPER_FREE_MEM_WARN_MB: "2048", REAPER_SWAP_WARN_PCT: "0.9" };
    expect(thresholds(configured ?? {}, told)).toEqual(
      { zombies: 7, freeMemoryBytes: 2 * GIB, swapShare: 0.9 } satisfies Thresholds,
    );
    expect(maxAgeFromEnvironment({ REAPER_MAX_AGENT_AGE_MINUTES: "120" })).toBe(7_200_000);
    expect(maxAgeFromEnvironment({})).toBeUndefined();
    expect(() => maxAgeFromEnvironment({ REAPER_MAX_AGENT_AGE_MINUTES: "0" })).toThrow("ends every worker at once");
  });

  test("nonsense is refused with its name", () => {
    for (const value of ["many", "-1", "1e3", "NaN", "70"]) {
      expect(() => thresholds({}, { REAPER_SWAP_WARN_PCT: value })).toThrow("REAPER_SWAP_WARN_PCT");
    }
    expect(() => parseConfig("[health]\nzombie = 5\n", "c", "/home/me")).toThrow('unknown key "zombie"');
    expect(() => parseConfig('[health]\nzombies = "5"\n', "c", "/home/me")).toThrow("health.zombies");
    expect(() => parseConfig("health = 5\n", "c", "/home/me")).toThrow("expected a table");
    expect(() => parseConfig("health = 2026-01-01\n", "c", "/home/me")).toThrow("expected a table");
  });
});

test("a machine that tells nothing any more leaves no row, and takes nothing from whoever acted", () => {
  const silent = {
    backend: "ps",
    list(): never {
      throw new Error("ps: no process can be started");
    },
  } as unknown as Machine;
  const limits = limitsHere({});
  expect(() => sampleNow(silent, limits, [], defaultPolicy, "at once")).toThrow("no process can be started");
  expect(sampleAfter(silent, limits, [], defaultPolicy, "at once")).toBeUndefined();
  const telling = { ...silent, list: () => [] } as unknown as Machine;
  const { sample } = sampleNow(telling, limits, [], defaultPolicy, "at once");
  expect(sampleAfter(telling, limits, [], defaultPolicy, "at once")).toEqual(sample);
});
