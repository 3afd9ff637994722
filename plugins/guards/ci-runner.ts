import { commandOf } from "../../src/command.ts";
import { isBeyond } from "../../src/namespaces.ts";
import type { Guard, Process, Table } from "../../src/contract.ts";

/** A runner's marker in a job's environment, and the programs that are that runner. */
const RUNNERS: readonly { readonly variable: string; readonly programs: RegExp }[] = [
  { variable: "RUNNER_TRACKING_ID", programs: /^(?:Runner\.(?:Listener|Worker)|act_runner|forgejo-runner)$/ },
  { variable: "GITLAB_CI", programs: /^gitlab-runner(?:-helper)?$/ },
  { variable: "BUILDKITE", programs: /^buildkite-agent$/ },
  { variable: "JENKINS_URL", programs: /^(?:java|jenkins)$/ },
  { variable: "CIRCLECI", programs: /^circleci(?:-agent|-runner)?$/ },
  { variable: "TF_BUILD", programs: /^Agent\.(?:Listener|Worker)$/ },
];

const ciRunner: Guard = {
  name: "ci-runner",
  summary: "what a job of a living CI runner left: the runner ends it",
  asks: "every member",
  needs: ["environment"],
  variables: RUNNERS.map((runner) => runner.variable),
  object(process, { table }) {
    const env = process.env;
    if (env === undefined) {
      return table.host.platform === "linux"
        ? { stands: "unsure", because: "whether a CI runner started it is unknown" }
        : undefined;
    }
    const runner = RUNNERS.find((runner) => env[runner.variable] !== undefined);
    if (runner === undefined) return undefined;
    const living =
      table.processes.filter((other) => isRunner(other, runner.programs, table)).sort((a, b) => a.pid - b.pid)[0];
    if (living !== undefined) {
      return { stands: "spare", because: `job of a CI runner that is alive (pid ${living.pid})` };
    }
    if (isBeyond(process, table)) {
      return { stands: "unsure", because: `${runner.variable} is set, and its runner may be on another machine` };
    }
    return table.snapshot.partial === true || table.processes.some(isNameless)
      ? { stands: "unsure", because: `${runner.variable} is set and whether its runner is alive is unknown` }
      : undefined;
  },
};

function isRunner(process: Process, programs: RegExp, table: Table): boolean {
  if (process.pid === table.viewer.pid || process.state === "Z") return false;
  const program = commandOf(process)?.program;
  return program === undefined ? programs.test(process.name ?? "") : programs.test(program);
}

/** Somebody who could be anybody. */
function isNameless({ name, argv, exe }: Process): boolean {
  return name === undefined && argv === undefined && exe === undefined;
}

export default ciRunner;
