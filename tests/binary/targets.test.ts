/**
 * What `compile.sh --all` laid into dist: each file is of its kind, the checksums are theirs, and what this machine
 * can run, runs. Wine runs the Windows binary in a test of its own.
 */
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../deno.json";
import { isSignedAdHoc } from "../gate/sign-macho.ts";

const DIST = join(import.meta.dirname, "..", "..", "dist");
const ARM64_LIBRARIES = "/usr/aarch64-linux-gnu"; // Debian: libc6-arm64-cross
const MUSL_LOADER = "/lib/ld-musl-x86_64.so.1"; // Debian: musl

/** What kind of program a file is, from its own header, as `os-arch[-musl]`. */
function kindOf(binary: Buffer): string {
  if (binary.readUInt32BE(0) === 0x7f454c46) {
    const arch = { 0x3e: "x64", 0xb7: "arm64" }[binary.readUInt16LE(18)];
    // PT_INTERP is among the first bytes: the loader's path tells the C library.
    const loader = /\/lib\w*\/(ld-[\w.-]+)\0/.exec(binary.toString("latin1", 0, 4096))?.[1];
    return `linux-${arch}${
      loader?.startsWith("ld-musl-") ? "-musl" : loader?.startsWith("ld-linux-") ? "" : `-${loader}`
    }`;
  }
  if (binary.readUInt32LE(0) === 0xfeedfacf) {
    return `darwin-${{ 0x01000007: "x64", 0x0100000c: "arm64" }[binary.readUInt32LE(4)]}`;
  }
  if (binary.toString("latin1", 0, 2) === "MZ") {
    const header = binary.readUInt32LE(0x3c);
    expect(binary.toString("latin1", header, header + 4)).toBe("PE\0\0");
    return `windows-${{ 0x8664: "x64", 0xaa64: "arm64" }[binary.readUInt16LE(header + 4)]}`;
  }
  return "unknown";
}

function run(...command: readonly string[]): { code: number; out: string; err: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { cwd: "/", stdin: "ignore" });
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}

const FILES = [
  "agent-reaper-linux-x64",
  "agent-reaper-linux-arm64",
  "agent-reaper-linux-x64-musl",
  "agent-reaper-linux-arm64-musl",
  "agent-reaper-darwin-x64",
  "agent-reaper-darwin-arm64",
  "agent-reaper-windows-x64.exe",
  "agent-reaper-windows-arm64.exe",
];

describe("compile.sh --all", () => {
  for (const file of FILES) {
    test(`${file} is what its name says`, () => {
      const binary = readFileSync(join(DIST, file));
      expect(kindOf(binary)).toBe(file.replace(/^agent-reaper-/, "").replace(/\.exe$/, ""));
      expect(binary.includes("/$bunfs/root/") || binary.includes("B:/~BUN/root/")).toBeTrue();
      if (file.includes("darwin")) expect(isSignedAdHoc(binary)).toBeTrue();
    });
  }

  test("SHA256SUMS holds the checksum of each", () => {
    const sums = FILES.map((file) =>
      `${createHash("sha256").update(readFileSync(join(DIST, file))).digest("hex")}  ${file}\n`
    );
    expect(readFileSync(join(DIST, "SHA256SUMS"), "utf8")).toBe(sums.join(""));
  });
});

const onLinuxX64 = process.platform === "linux" && process.arch === "x64";

describe("on this machine", () => {
  test("agent-reaper says its version", () => {
    const { code, out } = run(
      join(DIST, process.platform === "win32" ? "agent-reaper.exe" : "agent-reaper"),
      "--version",
    );
    expect(code).toBe(0);
    expect(out).toContain(manifest.version);
  });

  test.skipIf(!onLinuxX64)("linux-x64, for processors without AVX2 too, says its version", () => {
    expect(run(join(DIST, "agent-reaper-linux-x64"), "--version").out).toContain(manifest.version);
  });

  test.skipIf(!onLinuxX64 || Bun.which("qemu-aarch64") === null || !existsSync(ARM64_LIBRARIES))(
    "linux-arm64 says its version and looks around under qemu-user",
    () => {
      const arm64 = ["qemu-aarch64", "-L", ARM64_LIBRARIES, join(DIST, "agent-reaper-linux-arm64")];
      expect(run(...arm64, "--version").out).toContain(manifest.version);
      const { code, out, err } = run(...arm64, "scan", "--json");
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(JSON.parse(out)).toMatchObject({ command: "scan", backend: "procfs" });
    },
  );

  test.skipIf(!onLinuxX64 || !existsSync(MUSL_LOADER))(
    "linux-x64-musl runs where musl has libstdc++, and else names that as missing",
    () => {
      const { code, out, err } = run(join(DIST, "agent-reaper-linux-x64-musl"), "--version");
      if (code === 0) expect(out).toContain(manifest.version);
      else expect(err).toContain("Error loading shared library libstdc++.so.6");
    },
  );
});
