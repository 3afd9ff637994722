import { type Lair, leftoverFamily, pidOf, type Whose } from "../../src/leftovers/remains.ts";
import type { Leftover, LeftoverMatcher } from "../../src/contract.ts";

const LOCK = { entry: /^SingletonLock$/, kind: "symlink" } as const;
const CHROMES: readonly Omit<Lair, "entry" | "kind">[] = [
  { under: "cache", at: "ms-playwright", in: /^mcp-[\w-]+$/ },
  { under: "cache", at: "ms-playwright-mcp", in: /^mcp-[\w-]+$/ },
  { under: "cache", at: "chrome-devtools-mcp", in: /^chrome-profile[\w-]*$/ },
  { under: "temporary", in: /^(?:puppeteer_dev_chrome_profile|playwright_chromiumdev_profile)-\w+$/ },
  { under: "temporary", in: /^agent-browser-chrome-[\w-]+$/ },
];

/** Chrome's lock on a profile leads nowhere: its target is the name of the machine and the pid. */
function whose({ target }: Leftover): Whose {
  const parts = /^(.+)-(\d+)$/.exec(target ?? "");
  const pid = pidOf(parts?.[2]);
  return parts === null || pid === undefined
    ? { unsure: "it names no machine and pid" }
    : { host: parts[1] as string, pid };
}

/** Locks on the profiles that agents' browsers use: while one is there the next browser refuses to start. */
const browserLock: LeftoverMatcher = leftoverFamily({
  name: "browser-lock",
  summary: "profile locks of Chrome under Playwright, Puppeteer and Chrome DevTools servers that are dead",
  family: "browser",
  lairs: CHROMES.map((place) => ({ ...place, ...LOCK })),
  whose,
});

export default browserLock;
