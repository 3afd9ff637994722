/**
 * PowerShell's grammar as VS Code reads it (tree-sitter-powershell, WebAssembly): there is no PowerShell where these
 * tests run, so what is printed for one is at least parsed.
 *
 * @module
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { fetchPackage } from "./npm-package.ts";

/** Reads a script. */
export type ParsePowerShell = (text: string) => Parsed;

/** What it is made of. */
export interface Parsed {
  /** Where the grammar does not fit, each with its line. */
  readonly errors: readonly string[];
  /** The names of all commands. */
  readonly commands: readonly string[];
}

interface Node {
  readonly type: string;
  readonly text: string;
  readonly isError: boolean;
  readonly isMissing: boolean;
  readonly startPosition: { readonly row: number };
  readonly children: readonly (Node | null)[];
}

const GRAMMAR = {
  name: "@vscode/tree-sitter-wasm@0.3.1",
  sha512: "RJFoomET6FajjG511fmQxeBQfU6M24a0aFZPqpid+ttIxanWf1VGytBG0UmsGjt07qmIPJS8U31D+aecuCucsQ==",
};

/** Fetches it into a directory and loads it. */
export async function fetchPowerShellGrammar(directory: string): Promise<ParsePowerShell> {
  const files = ["tree-sitter.js", "tree-sitter.wasm", "tree-sitter-powershell.wasm"];
  fetchPackage(GRAMMAR, files.map((file) => `wasm/${file}`), directory);
  const { Parser, Language } = createRequire(import.meta.url)(join(directory, "wasm/tree-sitter.js"));
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(join(directory, "wasm/tree-sitter-powershell.wasm")));
  return (text) => {
    const tree = parser.parse(text);
    const nodes = [...within(tree.rootNode as Node)];
    const commands = nodes.filter(({ type }) => type === "command_name").map(({ text }) => text);
    const errors = nodes.filter(({ isError, isMissing }) => isError || isMissing)
      .map(({ type, text, startPosition }) => `${startPosition.row + 1}: ${type} ${JSON.stringify(text.slice(0, 80))}`);
    tree.delete();
    return { errors, commands };
  };
}

function* within(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children) if (child !== null) yield* within(child);
}
