/**
 * To be compiled: looks once with every detail and prints what it saw, for users and places where the
 * tests' own runtime cannot go.
 *
 * @module
 */
import { writeSync } from "node:fs";
import procFiles from "../../../plugins/backends/proc-files/index.ts";
import procfs from "../../../plugins/backends/procfs/index.ts";
import type { Detail } from "../../../src/contract.ts";

const DETAILS: ReadonlySet<Detail> = new Set([
  "owner",
  "command",
  "executable",
  "directory",
  "environment",
  "cgroup",
  "status",
  "namespace",
  "supervisor",
  "stdio",
  "holders",
  "sockets",
]);

const [, , scope, backend] = process.argv;
const machine = (backend === "proc-files" ? procFiles : procfs).open({});
const processes = machine.list(scope === "adopted" ? "adopted" : "all");
machine.read(processes, DETAILS, new Set(["HOME"]));
const { host, viewer } = machine;
const told = Buffer.from(
  JSON.stringify({ host, viewer, processes, complete: machine.complete?.(), limits: machine.limits() }),
);
machine.close();
// Bun.write would ask for a thread when stdout is a file.
for (let at = 0; at < told.length;) at += writeSync(1, told, at);
