/**
 * Jobs, and the runners that end them.
 *
 * @module
 */
import type { Process, Snapshot } from "../../../src/contract.ts";
import { changed, lostServer, ordinary, START, world } from "../../support/world.ts";
import { type Objection, onMac, type Pass, withoutEnvironments } from "./case.ts";

/** A runner of GitHub's on a Mac, where environments are not told, and its job. */
const besideRunner = (...jobs: readonly Partial<Process>[]): Snapshot => {
  const [listener, worker] = ["/r/bin/Runner.Listener", "/r/bin/Runner.Worker"] as const;
  const runner = ordinary(600, { ppid: 1, name: "Runner.Listener", argv: [listener], exe: listener });
  const job = ordinary(601, { ppid: 600, name: "Runner.Worker", argv: [worker], exe: worker });
  return withoutEnvironments(onMac(world([...lostServer, runner, ...jobs.map((fields) => ({ ...job, ...fields }))])));
};

/** What a runner sets in the environment of its jobs, and the programs that are it. */
const MARKS: Readonly<Record<string, readonly string[]>> = {
  GITHUB_ACTIONS: ["Runner.Listener", "Runner.Worker", "act", "act_runner", "gitea-runner", "forgejo-runner"],
  GITEA_ACTIONS: ["act_runner", "act_runner-0.2.11-linux-amd64"],
  GITLAB_CI: ["gitlab-runner", "gitlab-runner-linux-amd64"],
  BUILDKITE: ["buildkite-agent"],
  JENKINS_URL: ["java", "jenkins"],
  CIRCLECI: ["circleci-agent", "circleci-task-agent", "circleci-runner"],
  TF_BUILD: ["Agent.Listener", "Agent.Worker"],
  TEAMCITY_VERSION: ["java"],
  bamboo_buildKey: ["java"],
  GO_SERVER_URL: ["java", "gocd-agent"],
  DRONE: ["drone-runner-exec"],
  CI_PIPELINE_FORGE_URL: ["woodpecker-agent"],
  BITBUCKET_BUILD_NUMBER: ["java"],
  CIRRUS_CI: ["cirrus", "cirrus-ci-agent"],
  SEMAPHORE: ["agent"],
  CI: ["Runner.Worker", "Agent.Listener", "act", "act_runner", "gitea-runner", "gitlab-runner", "drone-runner-exec"],
};

const marked = (variable: string, program: string): Objection => ({
  case: `job that ${variable} marks, of a living ${program}`,
  guard: "ci-runner",
  verdict: "spared",
  snapshot: world([
    ...changed({ env: { [variable]: "1" } }),
    ordinary(600, { name: program.slice(0, 15), argv: [program], exe: `/opt/ci/${program}` }),
  ]),
});

/** Where environments are not told, one in Java is known by its archive, or its class. */
const inJava = (word: string): Objection => {
  const runner = ordinary(600, { ppid: 1, name: "java", argv: ["java", "-jar", word], exe: "/usr/bin/java" });
  const job = ordinary(601, { ppid: 600, name: "sh", argv: ["sh", "-xe"], exe: "/bin/sh", startedAt: START - 60_000 });
  return {
    case: `a job of ${word}, where environments are not told`,
    guard: "ci-runner",
    verdict: "unsure",
    snapshot: withoutEnvironments(onMac(world([...lostServer, runner, job]))),
  };
};

export const objections: readonly Objection[] = [
  ...Object.entries(MARKS).flatMap(([variable, programs]) => programs.map((program) => marked(variable, program))),
  ...["agent.jar", "/Users/ci/slave.jar", "remoting.jar", "swarm-client-3.40.jar", "jenkins.war"].map(inJava),
  ...["atlassian-bamboo-agent-installer-9.6.jar", "jetbrains.buildServer.agent.AgentMain"].map(inJava),
  {
    case: "job of a living runner",
    guard: "ci-runner",
    verdict: "spared",
    snapshot: world([
      ...changed({ env: { RUNNER_TRACKING_ID: "g" } }),
      ordinary(600, { name: "Runner.Listener", argv: ["/r/bin/Runner.Listener"], exe: "/r/bin/Runner.Listener" }),
    ]),
  },
  {
    case: "job of a living runner that is not GitHub's own",
    guard: "ci-runner",
    verdict: "spared",
    snapshot: world([
      ...changed({ env: { GITHUB_ACTIONS: "true", CI: "true" } }),
      ordinary(600, { name: "forgejo-runner", argv: ["forgejo-runner", "daemon"], exe: "/usr/bin/forgejo-runner" }),
    ]),
  },
  {
    case: "job of a living runner under the name that it is downloaded by",
    guard: "ci-runner",
    verdict: "spared",
    snapshot: world([
      ...changed({ env: { FORGEJO_ACTIONS: "true" } }),
      ordinary(600, {
        name: "forgejo-runner-",
        argv: ["./forgejo-runner-6.3.1-linux-amd64", "daemon"],
        exe: "/home/lea/ci/forgejo-runner-6.3.1-linux-amd64",
      }),
    ]),
  },
  {
    case: "job of a living runner that leaves no mark of its own",
    guard: "ci-runner",
    verdict: "spared",
    snapshot: world([
      ...changed({ env: { CI: "true" } }),
      ordinary(600, { name: "woodpecker-agent", argv: ["woodpecker-agent"], exe: "/usr/bin/woodpecker-agent" }),
    ]),
  },
  {
    case: "job of a living runner that CircleCI starts on a machine of one's own",
    guard: "ci-runner",
    verdict: "spared",
    snapshot: world([
      ...changed({ env: { CIRCLECI: "true", CI: "true" } }),
      ordinary(600, { name: "circleci-launch", argv: ["circleci-launch-agent"], exe: "/opt/circleci-launch-agent" }),
    ]),
  },
  {
    case: "a runner is at a job, where environments are not told",
    guard: "ci-runner",
    verdict: "unsure",
    snapshot: besideRunner({ startedAt: START - 60_000 }),
  },
  {
    case: "when the job of a runner began is unknown, where environments are not told",
    guard: "ci-runner",
    verdict: "unsure",
    snapshot: besideRunner({ startedAt: undefined as never }),
  },
  {
    case: "job whose runner may live outside this container",
    guard: "ci-runner",
    verdict: "unsure",
    snapshot: ((there) => ({ ...there, host: { ...there.host, container: true } }))(
      world(changed({ env: { GITHUB_ACTIONS: "true" } })),
    ),
  },
];

export const passes: readonly Pass[] = [
  {
    case: "a variable that everybody sets, in a container where no runner can be seen",
    snapshot: ((there) => ({ ...there, host: { ...there.host, container: true } }))(
      world(changed({ env: { CI: "true" } })),
    ),
  },
  { case: "older than the job that a runner is at", snapshot: besideRunner({ startedAt: START + 60_000 }) },
  { case: "beside a runner that waits for a job, where environments are not told", snapshot: besideRunner() },
  { case: "a runner's marker without a runner", snapshot: world(changed({ env: { RUNNER_TRACKING_ID: "g" } })) },
  {
    case: "a marker of one runner beside a living runner of another kind",
    snapshot: world([
      ...changed({ env: { CI: "true", GITLAB_CI: "true" } }),
      ordinary(600, { name: "buildkite-agent", argv: ["buildkite-agent", "start"], exe: "/usr/bin/buildkite-agent" }),
    ]),
  },
];
