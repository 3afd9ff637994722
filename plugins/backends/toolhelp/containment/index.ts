/**
 * Windows: a job that ends all its processes when its last handle is closed
 * (JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE). That handle is ours alone, so the kernel closes it whatever we die of.
 * Who is started by a process of a job is in the job.
 *
 * There is no TERM on Windows: what the command leaves behind is ended by force at once.
 *
 * @module
 */
import type { CommandKeeper, KeptCommand, RunEnd } from "../../../../src/contract.ts";
import { formatRunTag, RUN_VARIABLE } from "../../../../src/vocabulary/run-tag.ts";
import { commandLine, whyNot } from "./command-line.ts";
import { type Handle, jobCalls, wide } from "./calls.ts";

const CREATE_SUSPENDED = 0x4;
const STARTUPINFOW_BYTES = 104;
const STARTUP_FLAGS_AT = 60;
const STARTUP_STREAMS_AT = 80;
const STARTF_USESTDHANDLES = 0x100;
/** STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE: -10, -11, -12. */
const STANDARD = [0xffff_fff6, 0xffff_fff5, 0xffff_fff4] as const;
const HANDLE_FLAG_INHERIT = 1;
const PROCESS_INFORMATION_BYTES = 24;

/** JobObjectExtendedLimitInformation: JOBOBJECT_EXTENDED_LIMIT_INFORMATION, LimitFlags at 16. */
const EXTENDED_LIMITS = 9;
const EXTENDED_LIMITS_BYTES = 144;
const LIMIT_FLAGS_AT = 16;
const BREAKAWAY_OK = 0x800;
const KILL_ON_JOB_CLOSE = 0x2000;

const WAIT_OBJECT_0 = 0;
const WAIT_TIMEOUT = 0x102;
const FOREVER = 0xffff_ffff;
const ENDED_BY_US = 1;
/** A command that has ended by then is not worth remembering. */
const WORTH_TELLING_MS = 100;

const ERROR_FILE_NOT_FOUND = 2;
const ERROR_PATH_NOT_FOUND = 3;

const keeper: CommandKeeper = {
  how: "a job object that ends with its last handle",
  run,
  exit(code) {
    jobCalls().ExitProcess(code >>> 0);
    throw new Error("ExitProcess came back");
  },
  dieBy() {
    throw new Error("there are no signals on Windows");
  },
};

export default keeper;

async function run({ words, through = [], timeoutMs, detachOk, variables, started }: KeptCommand): Promise<RunEnd> {
  const calls = jobCalls();
  const all = [...through, ...words];
  // By the PATH alone: CreateProcess would look into the current directory first.
  const path = Bun.which(all[0] as string);
  if (path === null) return notStarted(false, "no such file");
  const refused = whyNot(path, all);
  if (refused !== undefined) return notStarted(true, refused);

  const job = makeJob(detachOk);
  const tag = formatRunTag({
    keepers: [{ pid: process.pid, startToken: "0" }],
    boot: "windows",
    pidNamespace: "0",
    detachOk,
  });
  for (const [name, value] of Object.entries({ ...variables, [RUN_VARIABLE]: tag })) {
    calls.SetEnvironmentVariableW(wide(name), wide(value));
  }
  const made = start(path, all);
  if ("error" in made) {
    const isMissing = made.error === ERROR_FILE_NOT_FOUND || made.error === ERROR_PATH_NOT_FOUND;
    return notStarted(!isMissing, isMissing ? "no such file" : `Windows answers with error ${made.error}`);
  }
  if (calls.AssignProcessToJobObject(job, made.process) === 0) {
    calls.TerminateProcess(made.process, ENDED_BY_US);
    return notStarted(true, `it cannot be put into a job (Windows answers with error ${calls.GetLastError()})`);
  }
  // Not before the command was started: who is started would have it ignored too.
  calls.SetConsoleCtrlHandler(null, 1);
  calls.ResumeThread(made.thread);

  const endsAt = timeoutMs === undefined ? undefined : performance.now() + timeoutMs;
  let hasEnded = waitFor(made.process, Math.min(WORTH_TELLING_MS, timeoutMs ?? FOREVER));
  if (!hasEnded) {
    await started?.({ pid: made.pid, tag });
    const rest = endsAt === undefined ? FOREVER : Math.max(0, Math.min(endsAt - performance.now(), FOREVER - 1));
    hasEnded = waitFor(made.process, rest);
  }
  const end: RunEnd["end"] = hasEnded ? endOf(made.process) : { did: "time out" };
  calls.TerminateJobObject(job, ENDED_BY_US);
  return { end, detached: [], troubles: [] };
}

/** How it ended. Before its job is ended: that would give it a code of ours. */
function endOf(handle: Handle): RunEnd["end"] {
  const calls = jobCalls();
  const code = new Uint32Array(new ArrayBuffer(4));
  if (calls.GetExitCodeProcess(handle, code) !== 0) return { did: "exit", code: code[0] as number };
  return { did: "get lost", because: `its exit code is not told (Windows answers with error ${calls.GetLastError()})` };
}

function notStarted(found: boolean, because: string): RunEnd {
  return { end: { did: "not start", found, because }, detached: [], troubles: [] };
}

function makeJob(detachOk: boolean): Handle {
  const calls = jobCalls();
  const job = calls.CreateJobObjectW(null, null);
  const limits = new Uint8Array(new ArrayBuffer(EXTENDED_LIMITS_BYTES));
  new DataView(limits.buffer).setUint32(LIMIT_FLAGS_AT, KILL_ON_JOB_CLOSE | (detachOk ? BREAKAWAY_OK : 0), true);
  if (job === 0 || calls.SetInformationJobObject(job, EXTENDED_LIMITS, limits, EXTENDED_LIMITS_BYTES) === 0) {
    throw new Error(`no job can be made (Windows answers with error ${calls.GetLastError()})`);
  }
  return job;
}

type Started = { readonly process: Handle; readonly thread: Handle; readonly pid: number };

function start(path: string, words: readonly string[]): Started | { readonly error: number } {
  const calls = jobCalls();
  const startup = new Uint8Array(new ArrayBuffer(STARTUPINFOW_BYTES));
  const fields = new DataView(startup.buffer);
  fields.setUint32(0, STARTUPINFOW_BYTES, true);
  fields.setUint32(STARTUP_FLAGS_AT, STARTF_USESTDHANDLES, true);
  for (const [at, which] of STANDARD.entries()) {
    // The runtime keeps its streams from whom it starts.
    const handle = calls.GetStdHandle(which);
    calls.SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
    fields.setBigInt64(STARTUP_STREAMS_AT + 8 * at, BigInt(handle), true);
  }
  const made = new Uint8Array(new ArrayBuffer(PROCESS_INFORMATION_BYTES));
  const line = wide(commandLine([path, ...words.slice(1)]));
  const done = calls.CreateProcessW(wide(path), line, null, null, 1, CREATE_SUSPENDED, null, null, startup, made);
  if (done === 0) return { error: calls.GetLastError() };
  const view = new DataView(made.buffer);
  return {
    process: Number(view.getBigUint64(0, true)),
    thread: Number(view.getBigUint64(8, true)),
    pid: view.getUint32(16, true),
  };
}

/**
 * Whether it has ended by then.
 *
 * @throws {Error} When that cannot be told: its time is not over then.
 */
function waitFor(handle: Handle, ms: number): boolean {
  const calls = jobCalls();
  const answer = calls.WaitForSingleObject(handle, ms);
  if (answer === WAIT_OBJECT_0) return true;
  if (answer === WAIT_TIMEOUT) return false;
  throw new Error(`its end cannot be waited for (Windows answers with error ${calls.GetLastError()})`);
}
