/**
 * The one shape of machine-readable reports (docs/json.md): fields in a fixed order, those that are not
 * known left out.
 *
 * @module
 */
import type {
  Finding,
  Gate,
  LeftoverFinding,
  Process,
  RegisteredFinding,
  Report,
  Result,
  SlotFinding,
} from "../../src/contract.ts";

/** Who looked at what, and under which policy. */
export function shapeRun(report: Report): object {
  const { host, viewer, policy } = report;
  return {
    schemaVersion: report.schemaVersion,
    version: report.version,
    command: report.command,
    dryRun: report.dryRun,
    capturedAt: report.capturedAt,
    elapsedMs: report.elapsedMs,
    backend: report.backend,
    host: {
      platform: host.platform,
      hostname: host.hostname,
      bootId: host.bootId,
      container: host.container,
      wsl: host.wsl,
      pidNamespace: host.pidNamespace,
      utcOffsetMinutes: host.utcOffsetMinutes,
      ownFiles: host.ownFiles,
    },
    viewer: { pid: viewer.pid, uid: viewer.uid, home: viewer.home, elevated: viewer.elevated },
    policy: {
      confidence: policy.confidence,
      minAgeMs: policy.minAgeMs,
      maxAgeMs: policy.maxAgeMs,
      graceMs: policy.graceMs,
      only: policy.only,
      reportOnly: policy.reportOnly,
      limit: policy.limit,
      allUsers: policy.allUsers,
      hostNamespaces: policy.hostNamespaces,
      pids: policy.pids,
      protect: policy.protect,
    },
    seen: report.seen,
  };
}

/** One tree. */
export function shapeFinding(finding: Finding, report: Report): object {
  const { claim, responsible } = finding;
  const takenAt = Date.parse(report.capturedAt);
  return {
    pid: finding.root.pid,
    verdict: finding.verdict,
    confidence: finding.confidence,
    matcher: finding.matcher,
    family: claim.family,
    role: claim.role,
    claimedBecause: claim.because,
    because: finding.because,
    responsible: { who: responsible.who, pid: responsible.pid, because: responsible.because },
    gates: finding.gates.map(shapeGate),
    processes: finding.members.map((member) => shapeProcess(member, takenAt)),
  };
}

/** One guard or proof. */
export function shapeGate(gate: Gate): object {
  return {
    kind: gate.kind,
    name: gate.name,
    pid: gate.pid,
    stands: gate.objection?.stands,
    strength: gate.evidence?.strength,
    because: gate.objection?.because ?? gate.evidence?.because,
  };
}

/** One process. */
export function shapeProcess(process: Process, takenAt: number): object {
  return {
    pid: process.pid,
    ppid: process.ppid,
    name: process.name,
    argv: process.argv,
    exe: process.exe,
    exeDeleted: process.exeDeleted,
    uid: process.uid,
    startedAt: process.startedAt,
    startToken: process.startToken,
    ageMs: process.startedAt === undefined ? undefined : Math.max(0, takenAt - process.startedAt),
    state: process.state,
    tty: process.tty,
    rssBytes: process.rss,
    cpuSeconds: process.cpuSeconds,
    cwd: process.cwd,
    cwdDeleted: process.cwdDeleted,
    supervisor: process.supervisor,
    unread: process.unread,
  };
}

/** Something on disk. */
export function shapeLeftover(finding: LeftoverFinding): object {
  const { leftover } = finding;
  return {
    path: leftover.path,
    kind: leftover.kind,
    verdict: finding.verdict,
    matcher: finding.matcher,
    family: finding.family,
    because: finding.because,
    bytes: leftover.bytes,
    modifiedAt: leftover.modifiedAt,
    onlyWhenNamed: finding.onlyWhenNamed,
  };
}

/** Exactly what `reap` would do. */
export function shapePlan({ plan }: Pick<Report, "plan">): object {
  return { terminate: plan.terminate, remove: plan.remove, unregister: plan.unregister, release: plan.release };
}

/** A slot that a dead holder left. */
export function shapeSlot({ path, name, slot, pid, because }: SlotFinding): object {
  return { path, name, slot, pid, because };
}

/** Something registered. */
export function shapeRegistered({ entry, verdict, because }: RegisteredFinding): object {
  const { originator } = entry;
  return {
    pid: entry.pid,
    startToken: entry.startToken,
    bootId: entry.bootId,
    pidNamespace: entry.pidNamespace,
    verdict,
    because,
    kind: entry.kind,
    command: entry.command,
    cwd: entry.cwd,
    originator: { tool: originator.tool, pid: originator.pid, startToken: originator.startToken },
    session: entry.session,
    containment: entry.containment,
    registeredAt: entry.registeredAt,
  };
}

/** What became of one subject. */
export function shapeResult(result: Result): object {
  return {
    pid: result.pid,
    path: result.path,
    startToken: result.startToken,
    outcome: result.outcome,
    because: result.because,
    grip: result.grip,
    freedBytes: result.freedBytes,
  };
}
