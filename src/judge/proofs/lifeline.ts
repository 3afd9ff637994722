import { isGone, isUnasked, livingHolder, stream, tellsNothing } from "../../vocabulary/peers.ts";
import type { Context, Evidence, Process, Proof } from "../../contract.ts";

/**
 * The lifeline of the role is gone. A server is asked on stdin and answers on stdout: either end
 * gone and it cannot hear, or cannot be heard. A single run is waited for by whoever reads what it
 * writes; its stdin is often closed from the start (`echo p | claude -p > out &`) and tells nothing.
 */
const lifeline: Proof = {
  name: "lifeline",
  summary: "nobody is at the other end of what it lives on",
  needs: ["stdio", "holders"],
  find(root, context) {
    if (context.lifeline === "output") return byOutput(root, context);
    if (tellsNothing(root, context.lifeline)) return undefined;
    // What a person sits in front of takes a prompt from a pipe too: `echo p | gemini -y > out`. Then it is a single run.
    return context.lifeline === "terminal" ? byStdout(root) : byStdin(root, context) ?? byStdout(root);
  },
};

function byStdin(root: Process, context: Context): Evidence | undefined {
  return isUnasked(root, context)
    ? { strength: "strong", because: "nobody holds the other end of its stdin" }
    : undefined;
}

function byStdout(root: Process): Evidence | undefined {
  return isGone(stream(root, 1)) ? { strength: "strong", because: "nobody reads its stdout" } : undefined;
}

function byOutput(root: Process, context: Context): Evidence | undefined {
  if (!isGone(stream(root, 1))) return undefined;
  const errors = stream(root, 2);
  if (errors === undefined || (errors.kind !== "tty" && livingHolder(errors, context) !== undefined)) return undefined;
  return { strength: "strong", because: "nobody reads its output" };
}

export default lifeline;
