/**
 * What is told of it in there: numbers that mean something else out here, files, and what could not be read.
 *
 * @module
 */
import { INIT, inside, LOST, LOST_CHILD, node, nothingOnDisk } from "../../support/pod.ts";
import { ordinary } from "../../support/world.ts";
import { type Left, NO_SIGNS, without } from "./left.ts";

const DEAD = 5002;
const root = (path: string, pid = LOST) => `${pid}:/root/${path}`;
const withText = (path: string, text: string) =>
  node({}, {
    files: { [root(path)]: text },
    absentFiles: nothingOnDisk(node().processes).filter((other) => other !== root(path)),
  });
const withFile = (path: string, content: unknown) => withText(path, JSON.stringify(content));

export const told: readonly Left[] = [
  // Numbers that mean something else out here.
  {
    case: "no sign but an owner whose number is nobody's out here",
    says: "nothing proves",
    snapshot: node({ [LOST]: { stdio: NO_SIGNS, env: { HOME: "/root", CLAUDE_PID: "17" } } }, {
      files: { [root(".claude/sessions/17.json")]: JSON.stringify({ pid: 17, procStart: "1" }) },
      beside: [inside(5017, 17)],
    }),
  },
  {
    case: "no sign but an owner whose number is somebody else's out here",
    says: "nothing proves",
    snapshot: node({ [LOST]: { stdio: NO_SIGNS, env: { HOME: "/root", CLAUDE_PID: String(DEAD) } } }, {
      files: {
        [root(`.claude/sessions/${DEAD}.json`)]: JSON.stringify({ pid: DEAD, procStart: "7" }),
        [`/root/.claude/sessions/${DEAD}.json`]: JSON.stringify({ pid: DEAD, procStart: "7" }),
      },
      beside: [ordinary(DEAD), inside(5018, DEAD)],
    }),
  },
  {
    case: "debris by a number that is nobody's out here",
    snapshot: node({
      [LOST]: {
        name: "node",
        argv: ["node", "x.js"],
        exe: "/usr/bin/node",
        cwdDeleted: true,
        sid: 4100,
        stdio: NO_SIGNS,
        env: { HOME: "/root", CLAUDECODE: "1", CLAUDE_PID: "17" },
      },
    }),
  },
  {
    case: "a run that was counted in there",
    says: "nothing proves",
    snapshot: node({ [LOST]: { stdio: NO_SIGNS, env: { HOME: "/root", AGENT_REAPER_RUN: "17.4711@b.4026532500" } } }),
  },
  {
    case: "a run of the host's that the container was given",
    says: "nothing proves",
    snapshot: node({ [LOST]: { stdio: NO_SIGNS, env: { HOME: "/root", AGENT_REAPER_RUN: "17.4711@b.4026531836" } } }, {
      host: { platform: "linux", hostname: "lab", bootId: "b", pidNamespace: "pid:[4026531836]" },
    }),
  },
  // What is written down in there.
  {
    case: "Claude's roster names it by its number in there, with a start of another clock",
    says: "Claude's roster lists it",
    snapshot: withFile(".claude/daemon/roster.json", { workers: { a: { pid: 9, procStart: "3" } } }),
  },
  {
    case: "Claude's roster cannot be understood",
    says: "Claude's roster of background workers cannot be read",
    snapshot: node({}, { files: { [root(".claude/daemon/roster.json")]: "{" } }),
  },
  {
    case: "its session file notes a background worker",
    says: "Claude's session file notes it as background",
    snapshot: withFile(".claude/sessions/9.json", { pid: 9, kind: "background" }),
  },
  {
    case: "Codex's pid file names it",
    says: "Codex's app-server.pid names it",
    snapshot: withFile(".codex/app-server-daemon/app-server.pid", { pid: 9, processStartTime: "3" }),
  },
  {
    case: "its session file is half written",
    says: ".claude/sessions/9.json could not be read in there",
    snapshot: withText(".claude/sessions/9.json", '{"pid":9,'),
  },
  {
    case: "Codex's pid file is of another form",
    says: "app-server.pid could not be read in there",
    snapshot: withText(".codex/app-server-daemon/app-server.pid", "9"),
  },
  {
    case: "an agent-reaper in there has a registry",
    says: "an agent-reaper in there may have it on record",
    snapshot: withFile(".local/state/agent-reaper/state.db", "x"),
  },
  {
    case: "one file could not be read",
    says: "app-server.pid could not be read in there",
    snapshot: node({}, {
      absentFiles: nothingOnDisk(node().processes).filter((path) =>
        !path.includes(`${LOST}:/root/.codex/app-server-daemon/app-server.pid`)
      ),
    }),
  },
  {
    case: "a file of a member's could not be read",
    says: "roster.json could not be read in there",
    snapshot: node({}, {
      absentFiles: nothingOnDisk(node().processes).filter((path) =>
        !path.startsWith(`${LOST_CHILD}:/root/.claude/daemon`)
      ),
    }),
  },
  {
    case: "no file was looked for",
    says: "an agent-reaper in there may have it on record",
    snapshot: node({}, { absentFiles: [] }),
  },
  {
    case: "files of the viewer's own are none of its",
    says: "an agent-reaper in there may have it on record",
    snapshot: node({}, {
      absentFiles: nothingOnDisk(node().processes).map((path) => path.replace(/^\d+:/, "")),
    }),
  },
  {
    case: "it tells no home",
    says: "where its user has a home in there is unknown",
    snapshot: node({ [LOST]: { env: {} } }),
  },
  {
    case: "its home leads nowhere",
    says: "where its user has a home in there is unknown",
    snapshot: node({ [LOST]: { env: { HOME: "root" } } }),
  },
  {
    case: "its vendor's home leads nowhere",
    says: "where its user has a home in there is unknown",
    snapshot: node({ [LOST]: { env: { HOME: "/root", CODEX_HOME: "../.codex" } } }),
  },
  // What could not be read.
  { case: "its environment", says: "whether a CI runner started it is unknown", snapshot: without(LOST, "env") },
  { case: "its streams", says: "its standard streams could not be read", snapshot: without(LOST, "stdio") },
  {
    case: "its namespace's name",
    says: "which pid namespace it lives in is unknown",
    snapshot: without(LOST, "pidNamespace"),
  },
  { case: "its numbers", says: "its pid namespace is unknown", snapshot: without(LOST, "nsPids") },
  { case: "its namespace", says: "its pid namespace is unknown", snapshot: without(LOST, "nsPids", "pidNamespace") },
  {
    case: "a member's namespace",
    says: "pid 5011 of its tree: its pid namespace is unknown",
    snapshot: without(LOST_CHILD, "nsPids", "pidNamespace"),
  },
  {
    case: "the init's namespace",
    says: "is not known to be of its own pid namespace",
    snapshot: without(INIT, "pidNamespace"),
  },
  { case: "the init's numbers", says: "its parent is alive (pid 5000)", snapshot: without(INIT, "nsPids") },
  { case: "its cgroup", says: "its control group is unknown", snapshot: without(LOST, "cgroup") },
  {
    case: "details contradict each other",
    says: "its pid namespace is unknown",
    snapshot: node({ [LOST]: { pidNamespace: "self" } }),
  },
  {
    case: "details contradict each other the other way",
    says: "its pid namespace is unknown",
    snapshot: node({ [LOST]: { nsPids: [LOST] } }),
  },
];
