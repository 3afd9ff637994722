/**
 * Where Java is told what to be: among its own options, before the archive, or by the name of a class. Pure.
 *
 * @module
 */
import type { Process } from "../process.ts";
import { isName } from "./server-names.ts";

/** The second is what its milestones had. */
const SPRING_ON_STDIO = /^-(?:D|-)spring\.ai\.mcp\.server\.(?:stdio=true|transport=stdio)$/i;
const PORT = /^-D(?:server|quarkus\.http|micronaut\.server|management\.server)\.port=\d/;
const CLASS = /^(?:[a-z_]\w*\.)+[A-Z]\w*$/;
const OF_SERVER = /mcp[-_.]?server|mcp\w*stdio/i;
const TESTS = /(?:Tests?|TestCase|IT|Spec|Benchmark)$/;

/** Whether Spring is told to be an MCP server on stdio. */
export function isSpringOnStdio({ argv }: Process): boolean {
  return argv?.some((argument) => SPRING_ON_STDIO.test(argument)) === true;
}

/** Whether a framework is told its port. */
export function hasPortOfJava({ argv }: Process): boolean {
  return argv?.some((argument) => PORT.test(argument)) === true;
}

/**
 * Java's main class behind its options, where it says that it serves: JetBrains' IDEs start theirs so. What follows a class is
 * its own business: JUnit is given the names of those that it tests.
 */
export function mainClass(args: readonly string[]): string | undefined {
  const name = args.find((word) => CLASS.test(word));
  return name !== undefined && isName(name) && OF_SERVER.test(name) && !TESTS.test(name) ? name : undefined;
}
