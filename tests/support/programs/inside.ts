/**
 * The inner half of `runInside`: inside.ts MODULE OUTPUT_FILE INPUT_JSON
 *
 * @module
 */
import { writeFileSync } from "node:fs";

const [module, output, input] = process.argv.slice(2) as [string, string, string];
const { default: run } = await import(module) as { default: (input: unknown) => unknown };
writeFileSync(output, JSON.stringify(await run(JSON.parse(input))));
process.exit(0);
