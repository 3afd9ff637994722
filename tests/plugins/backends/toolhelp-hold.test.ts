import { expect, test } from "bun:test";
import { hold } from "../../../plugins/backends/toolhelp/hold.ts";
import type { Win32 } from "../../../plugins/backends/toolhelp/win32.ts";

/** Whatever is asked of it is one question too many. */
const UNASKED = new Proxy({}, {
  get(_, name) {
    throw new Error(`Windows was asked for ${String(name)}`);
  },
}) as Win32;

test.each<[string, number, string | undefined, string]>([
  ["the idle process", 0, "1", "denied"],
  ["Windows' own", 4, "1", "denied"],
  ["what is no pid", -8, "1", "denied"],
  ["half a pid", 4000.5, "1", "denied"],
  ["this program", 4000, "1", "denied"],
  ["one whose start is unknown", 4004, undefined, "unknown"],
])("%s is refused before anything is opened", (_, pid, startToken, refused) => {
  const process = { pid, ppid: 4, name: "x.exe", ...(startToken === undefined ? {} : { startToken }) };
  expect(hold(UNASKED, process, 4000)).toMatchObject({ refused });
});
