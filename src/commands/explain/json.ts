/**
 * An explanation as one JSON document (docs/json.md).
 *
 * @module
 */
import { shapeGate, shapeProcess } from "../../../plugins/reporters/_shape.ts";
import { lifelineOf } from "../../judge/claims.ts";
import { SCHEMA_VERSION } from "../../report.ts";
import { version } from "../../version.ts";
import { type ExplainContext, factsOf, gatePlugin } from "./facts.ts";

/** The document. */
export function explainJson({ explanation, snapshot, machine, plugins }: ExplainContext): object {
  const { process, claimed, finding, root, chain, responsible, gates } = explanation;
  const takenAt = Date.parse(snapshot.capturedAt);
  const judged = root ?? process;
  return {
    schemaVersion: SCHEMA_VERSION,
    version,
    command: "explain",
    capturedAt: snapshot.capturedAt,
    backend: machine.backend,
    pid: process.pid,
    verdict: explanation.verdict,
    confidence: finding?.confidence,
    because: explanation.because,
    claim: claimed === undefined ? undefined : {
      matcher: claimed.matcher,
      family: claimed.claim.family,
      role: claimed.claim.role,
      lifeline: lifelineOf(claimed.claim),
      because: claimed.claim.because,
    },
    root: root?.pid,
    tree: finding?.members.map((member) => member.pid),
    chain: chain.map((one) => shapeProcess(one, takenAt)),
    responsible,
    gates: gates.map((gate) => ({ ...shapeGate(gate), reads: gatePlugin(gate, plugins)?.needs })),
    // Environments are never stored, and what is printed here may be.
    facts: factsOf(judged, takenAt).filter((fact) => fact.field !== "env").map((fact) => ({
      pid: judged.pid,
      ...fact,
    })),
  };
}
