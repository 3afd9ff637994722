/**
 * Where programs keep their files, by platform: built from the person's home and variables, never from
 * a relative path, for that would lead into the current directory. Pure.
 *
 * @module
 */
import type { Surroundings } from "../contract.ts";

/** A tree that programs keep files in. */
export type Root = "home" | "temporary" | "data" | "cache" | "codex" | "claude";

/** One such tree, and the variable that tells where it is. */
export interface Base {
  readonly path: string;
  readonly from?: string;
}

/** Where a tree is; on macOS programs do not agree, so there may be several. */
export function basesOf(root: Root, around: Surroundings): readonly Base[] {
  const { host: { platform }, viewer: { home } } = around;
  switch (root) {
    case "home":
      return [{ path: home }];
    case "temporary":
      if (platform === "win32") {
        return [named("TEMP", around) ?? { path: joined(around, home, "AppData/Local/Temp") }];
      }
      // What was started from a shell script often has the plain one. It is a link, and links are not walked into.
      if (platform === "darwin") return distinct([named("TMPDIR", around), { path: "/private/tmp" }]);
      return [named("TMPDIR", around) ?? { path: "/tmp" }];
    case "data":
      return [named("XDG_DATA_HOME", around) ?? { path: joined(around, home, ".local/share") }];
    case "cache":
      return distinct([
        named("XDG_CACHE_HOME", around) ?? { path: joined(around, home, ".cache") },
        ...(platform === "darwin" ? [{ path: joined(around, home, "Library/Caches") }] : []),
      ]);
    case "codex":
      return [named("CODEX_HOME", around) ?? { path: joined(around, home, ".codex") }];
    case "claude":
      // The program looks beside its sessions or in the home, by version.
      return distinct([named("CLAUDE_CONFIG_DIR", around), { path: joined(around, home, ".claude") }]);
  }
}

/** A path below a directory, in the platform's spelling. */
export function joined({ host: { platform } }: Pick<Surroundings, "host">, base: string, below: string): string {
  const separator = platform === "win32" ? "\\" : "/";
  const parts = below === "" ? [] : below.split("/");
  return [base === "/" ? "" : base, ...parts].join(separator) || "/";
}

/** The directory that a path lies in. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"))));
}

function named(variable: string, { host, variables }: Surroundings): Base | undefined {
  const value = variables[variable];
  const isAbsolute = host.platform === "win32" ? /^[A-Za-z]:[\\/]/ : /^\//;
  if (value === undefined || !isAbsolute.test(value)) return undefined;
  return { path: value.replace(/(?<=.)[\\/]+$/, ""), from: variable };
}

function distinct(bases: readonly (Base | undefined)[]): Base[] {
  const found = new Map<string, Base>();
  for (const base of bases) if (base !== undefined && !found.has(base.path)) found.set(base.path, base);
  return [...found.values()];
}
