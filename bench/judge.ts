/**
 * judge FILE: reads a recorded table and judges it once, as a program that has just started does. Prints how long each
 * took, as JSON.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { classify } from "../src/classify.ts";
import { builtin } from "../src/plugins.ts";
import { defaultPolicy } from "../src/policy.ts";
import { parseSnapshot } from "../src/snapshot/file.ts";
import { print } from "../src/terminal.ts";

const name = process.argv[2] as string;
const began = performance.now();
const snapshot = parseSnapshot(readFileSync(name, "utf8"), name);
const read = performance.now();
const { findings } = classify(snapshot, builtin(), defaultPolicy);
const judged = performance.now();
await print(`${JSON.stringify({ readMs: read - began, judgeMs: judged - read, findings: findings.length })}\n`);
process.exit(0);
