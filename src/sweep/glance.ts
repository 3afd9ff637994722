/**
 * The next steps: nobody else is at work, and somebody new has lost their parent since the last look who may be an
 * agent's, or somebody has become due. Else it is over.
 *
 * @module
 */
import { adoptedBy, placeHere } from "../../plugins/backends/procfs/glance.ts";
import { keepFile } from "../../plugins/backends/procfs/kept-file.ts";
import type { KeptFile } from "../contract.ts";
import {
  askedFor,
  configStamp,
  isRecent,
  LONGEST_REST_MS,
  MEMORY,
  newAmong,
  parseRest,
  placeOf,
  TIDIED_AT,
  TIDY_MS,
} from "../unattended.ts";
import type { Begun, BegunSweep } from "./begun.ts";
import { areStrangers } from "./strangers.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** Opens the memory and looks no further than it takes to see that there is nothing to do. */
export function glance(begun: BegunSweep, state: string, home: string, variables: Variables): Begun {
  const kept = keepMemory(state);
  if (kept === "taken") return "over";
  if (kept === undefined) return begun;
  // While we waited for nothing but the processor, another may have come and gone.
  if (isRecent(kept.writtenAt, begun.everyMs) || isResting(kept, begun, home, variables)) {
    kept.release();
    return "over";
  }
  return { ...begun, kept };
}

function keepMemory(state: string): KeptFile | "taken" | undefined {
  try {
    return keepFile(`${state}/${MEMORY}`, process.geteuid?.() ?? -1);
  } catch {
    return undefined;
  }
}

/** What lies on disk no list of the adopted tells. Read so, for none but who asks for that loads what reads all of it. */
function isTidyingDue(text: string, nowAt: number): boolean {
  const at = text.indexOf(TIDIED_AT);
  const agoMs = at < 0 ? -1 : nowAt - Number.parseInt(text.slice(at + TIDIED_AT.length), 10);
  return !(agoMs >= 0 && agoMs < TIDY_MS);
}

/** Nobody new has lost their parent but strangers, and nobody who had is due. */
function isResting(kept: KeptFile, { options }: BegunSweep, home: string, variables: Variables): boolean {
  const nowAt = Date.now();
  if (options.now === true || (options.leftovers === true && isTidyingDue(kept.text, nowAt))) return false;
  const rest = parseRest(kept.text);
  if (rest === undefined || rest.asked !== askedFor(options, configStamp("linux", home, variables))) return false;
  const lookedMs = nowAt - rest.lookedAt;
  if (lookedMs < 0 || lookedMs >= LONGEST_REST_MS || nowAt >= rest.untilAt) return false;
  // What another container or machine left there says nothing of who is adopted here.
  if (rest.place !== placeOf(placeHere())) return false;
  const adopted = adoptedBy(rest.adopters);
  if (adopted === undefined) return false;
  // Started in the background, we are adopted ourselves, or the shell that started us is.
  const added = newAmong(adopted, rest, [String(process.pid), String(process.ppid)]);
  if (added.length > 0 && !(rest.byWords && areStrangers(added, process.geteuid?.() ?? -1))) return false;
  // Its mtime says that a sweep was here. What it says stays the same.
  return kept.write(kept.text.slice(0, 1));
}
