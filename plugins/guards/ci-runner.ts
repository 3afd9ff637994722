import { byPid, firstByPid, hasEnded } from "../../src/process.ts";
import { commandOf, withoutExe } from "../../src/vocabulary/command.ts";
import { isBeyond } from "../../src/vocabulary/namespaces.ts";
import { perTable } from "../../src/vocabulary/per-table.ts";
import type { Guard, Process, Table } from "../../src/contract.ts";

/** Many run it under the name that it is downloaded by: `forgejo-runner-6.3.1-linux-amd64`. */
const GITHUB = /^(?:Runner\.(?:Listener|Worker)|act|(?:act|gitea|forgejo)[-_]runner(?:-[\w.-]+)?)$/;
/** What all runners set, and people and agents too, so that nothing asks them questions. */
const ANY = "CI";
/** A runner's marker in a job's environment, and the programs that are that runner. */
const RUNNERS: readonly { readonly variable: string; readonly programs: RegExp }[] = [
  { variable: "RUNNER_TRACKING_ID", programs: GITHUB },
  { variable: "GITHUB_ACTIONS", programs: GITHUB },
  { variable: "GITEA_ACTIONS", programs: GITHUB },
  { variable: "FORGEJO_ACTIONS", programs: GITHUB },
  { variable: "GITLAB_CI", programs: /^gitlab-runner(?:-[\w.-]+)?$/ },
  { variable: "BUILDKITE", programs: /^buildkite-agent$/ },
  { variable: "JENKINS_URL", programs: /^(?:java|jenkins)$/ },
  { variable: "CIRCLECI", programs: /^circleci(?:-(?:launch-|task-)?agent|-runner)?$/ },
  { variable: "TF_BUILD", programs: /^Agent\.(?:Listener|Worker)$/ },
  { variable: "TEAMCITY_VERSION", programs: /^java$/ },
  { variable: "bamboo_buildKey", programs: /^java$/ },
  { variable: "GO_SERVER_URL", programs: /^(?:java|gocd-agent)$/ },
  { variable: "DRONE", programs: /^drone-runner[\w.-]*$/ },
  { variable: "CI_PIPELINE_FORGE_URL", programs: /^woodpecker-agent$/ },
  { variable: "BITBUCKET_BUILD_NUMBER", programs: /^java$/ },
  { variable: "CIRRUS_CI", programs: /^cirrus(?:-ci-agent)?$/ },
  { variable: "SEMAPHORE", programs: /^agent$/ },
  {
    variable: ANY,
    programs:
      /^(?:Runner\.(?:Listener|Worker)|Agent\.(?:Listener|Worker)|act|(?:act|gitea|forgejo|gitlab|drone)[-_]runner[\w.-]*|(?:buildkite|woodpecker|circleci|gocd)-agent|circleci-runner)$/,
  },
];

/** Where no environment is told, one in Java is known by its archive or its class: Jenkins, GoCD, Bamboo, TeamCity, Bitbucket. */
const IN_JAVA =
  /^(?:(?!-)(?:.*[\\/])?(?:(?:agent|slave|remoting|swarm-client|jenkins|atlassian-bamboo-agent|atlassian-bitbucket-pipelines-runner)[\w.-]*\.[jw]ar)|jetbrains\.buildServer\.agent\.AgentMain)$/;

const VARIABLES: ReadonlySet<string> = new Set(RUNNERS.map((runner) => runner.variable));

const ciRunner: Guard = {
  name: "ci-runner",
  summary: "what a job of a living CI runner left: the runner ends it",
  asks: "every member",
  needs: ["environment"],
  variables: [...VARIABLES],
  object(process, { table }) {
    const env = process.env;
    if (env === undefined) {
      if (table.host.platform === "linux") {
        return { stands: "unsure", because: "whether a CI runner started it is unknown" };
      }
      const busy = runnersIn(table).find((runner) => isAtWork(runner, process, table));
      return busy === undefined ? undefined : {
        stands: "unsure",
        because: `a CI runner (pid ${busy.pid}) is at a job that may have started it`,
      };
    }
    if (!isMarked(env)) return undefined;
    const marked = RUNNERS.filter(({ variable }) => env[variable] !== undefined);
    const named = marked.filter(({ variable }) => variable !== ANY);
    // Who says which runner started him has no other.
    const runners = named.length > 0 ? named : marked;
    const living = livingRunner(runners, table);
    if (living !== undefined) {
      return { stands: "spare", because: `job of a CI runner that is alive (pid ${living.pid})` };
    }
    const variable = named[0]?.variable;
    if (variable === undefined) return undefined;
    if (isBeyond(process, table)) {
      return { stands: "unsure", because: `${variable} is set, and its runner may be on another machine` };
    }
    // Runners start containers for their jobs, and live outside.
    return table.snapshot.partial === true || table.host.container === true || nameless(table).length > 0
      ? { stands: "unsure", because: `${variable} is set and whether its runner is alive is unknown` }
      : undefined;
  },
};

const livingRunners = perTable(() => new Map<string, Process | undefined>());

/** Every member of a job's tree has the same marks. */
function livingRunner(runners: typeof RUNNERS, table: Table): Process | undefined {
  const known = livingRunners(table);
  const marks = runners.map(({ variable }) => variable).join();
  if (!known.has(marks)) known.set(marks, firstByPid(table.processes, (other) => isRunner(other, runners, table)));
  return known.get(marks);
}

/** Who is a runner by its own name, in the table of a system that tells no environments. */
const runnersIn = perTable((table): readonly Process[] => {
  const any = RUNNERS.filter(({ variable }) => variable === ANY);
  // Of most only the kernel's name is asked.
  const mayBe = ({ name }: Process) =>
    name === undefined || withoutExe(name) === "java" || any.some(({ programs }) => programs.test(withoutExe(name)));
  const is = (process: Process) => isRunner(process, any, table) || isRunnerInJava(process);
  return table.processes.filter((process) => mayBe(process) && is(process)).sort(byPid);
});

/** One whose words could not be read may be such a runner. */
function isRunnerInJava({ name, argv }: Process): boolean {
  if (name !== undefined && withoutExe(name) !== "java") return false;
  return argv?.some((word) => IN_JAVA.test(word)) ?? argv === undefined;
}

/** A runner has a child for as long as a job lasts, which began before whatever is of that job. */
function isAtWork(runner: Process, process: Process, table: Table): boolean {
  return table.children(runner).some((job) =>
    !hasEnded(job) &&
    (job.startedAt === undefined || process.startedAt === undefined || job.startedAt <= process.startedAt)
  );
}

/** Of an environment only few variables are ever read: fewer than there are runners. */
function isMarked(env: Readonly<Record<string, string>>): boolean {
  for (const variable in env) if (VARIABLES.has(variable)) return true;
  return false;
}

function isRunner(process: Process, runners: typeof RUNNERS, table: Table): boolean {
  if (process.pid === table.viewer.pid || process.state === "Z") return false;
  const program = commandOf(process)?.program ?? process.name ?? "";
  return runners.some(({ programs }) => programs.test(program));
}

/** Those who could be anybody. */
const nameless = perTable((table): readonly Process[] =>
  table.processes.filter(({ name, argv, exe }) => name === undefined && argv === undefined && exe === undefined)
);

export default ciRunner;
