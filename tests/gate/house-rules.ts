/**
 * The laws that a linter can hold, as a plugin for `deno lint` (deno.json, `lint.plugins`).
 *
 * A rule looks at a file's place in the repository first, so most rules cost most files nothing.
 *
 * @module
 */
import { dirname, join, relative } from "node:path";
import { isGlobal, moduleName, named } from "./syntax.ts";

const ROOT = join(import.meta.dirname as string, "..", "..");

/** The part of the program a file belongs to, by its path from the repository's root. */
function placeOf(context: Deno.lint.RuleContext): string {
  return relative(ROOT, context.filename).replaceAll("\\", "/");
}

/** What is compiled into the binary or imported from the library. */
function isProduct(place: string): boolean {
  return place === "mod.ts" || place.startsWith("src/") || place.startsWith("plugins/");
}

function isBackend(place: string): boolean {
  return place.startsWith("plugins/backends/");
}

/** The words plugins are written in beside `src/vocabulary/`: the contract, and what leftovers are described by. */
const WORDS: ReadonlySet<string> = new Set(
  ["contract", "process", "leftovers/places", "leftovers/remains", "leftovers/staleness"].map((name) =>
    `src/${name}.ts`
  ),
);

/** Pure modules that say what several plugins would repeat. */
function isVocabulary(place: string): boolean {
  return place.startsWith("src/vocabulary/") || WORDS.has(place);
}

/** What backends need besides: the facts they fill in, how they say that they cannot, and how they start this program. */
const BACKEND_VOCABULARY: ReadonlySet<string> = new Set(
  ["errors", "ourselves", "snapshot", "snapshot/file"].map((name) => `src/${name}.ts`),
);

/** What one backend has for others of the same system: readers of its files, with foreign calls or without. */
const FOR_OTHER_BACKENDS: ReadonlySet<string> = new Set([
  ...["arguments", "cgroup", "children", "clock", "link", "net", "stat", "status"].map((name) =>
    `plugins/backends/procfs/${name}.ts`
  ),
  ...["files", "hold", "host", "run"].map((name) => `plugins/backends/ps/${name}.ts`),
]);

/** Code whose answer may depend on the snapshot alone. */
function isJudgement(place: string): boolean {
  return /^plugins\/(matchers|guards|leftovers)\/|^src\/(judge\/|classify|registry\/(standing|responsible|judge))/
    .test(place) || isVocabulary(place);
}

/** Libraries for words and paths; they see no machine. */
const HARMLESS_MODULES: ReadonlySet<string> = new Set(["node:path", "node:path/posix", "node:path/win32", "node:util"]);

const MACHINE_MODULES = /^(bun:ffi|(node:)?child_process|(node:)?cluster|(node:)?worker_threads)$/;

/** Law 4: only backends touch `/proc`, FFI, other programs or signals. */
const machineThroughBackends: Deno.lint.Rule = {
  create(context) {
    const place = placeOf(context);
    if (!isProduct(place) || isBackend(place)) return {};
    const refuse = (node: Deno.lint.Node, what: string) =>
      context.report({
        node,
        message: `${what} outside a backend`,
        hint: "Law 4: only plugins/backends/** touch /proc, FFI, other programs or signals. Ask the Machine.",
      });
    const text = (node: Deno.lint.Node, value: unknown) => {
      if (typeof value === "string" && /(^|[^\w-])\/proc(\/|\b(?!-))/.test(value)) refuse(node, "/proc");
    };
    return {
      Literal(node) {
        text(node, node.value);
      },
      TemplateElement(node) {
        text(node, node.cooked);
      },
      ...onImport((node, module, names) => {
        if (MACHINE_MODULES.test(module)) refuse(node, module);
        if (module === "bun" && names.some((name) => ["spawn", "spawnSync", "$"].includes(name))) {
          refuse(node, "Bun's spawn");
        }
        if (isProcessModule(module) && names.includes("kill")) refuse(node, "process.kill");
      }),
      MemberExpression(node) {
        if (named(node, "process", "kill") && isGlobal(context, node, "process")) refuse(node, "process.kill");
        if (named(node, "Bun", "spawn") || named(node, "Bun", "spawnSync") || named(node, "Bun", "$")) {
          refuse(node, `Bun.${(node.property as Deno.lint.Identifier).name}`);
        }
      },
    };
  },
};

/** One place knows what a terminal can take: hostile names and argv never reach it raw (law 5). */
const onlyTheTerminalPrints: Deno.lint.Rule = {
  create(context) {
    const place = placeOf(context);
    if (!isProduct(place) || place === "src/terminal.ts") return {};
    const refuse = (node: Deno.lint.Node, what: string) =>
      context.report({
        node,
        message: `${what} outside src/terminal.ts`,
        hint: "Return the text and let src/terminal.ts print it: it knows what must be cleaned (law 5).",
      });
    return {
      ...onImport((node, module, names) => {
        if (/^(node:)?console$/.test(module)) refuse(node, module);
        const streams = ["stdout", "stderr"].filter((name) => names.includes(name));
        if ((module === "bun" || isProcessModule(module)) && streams.length > 0) refuse(node, streams.join(", "));
      }),
      MemberExpression(node) {
        if (node.object.type === "Identifier" && node.object.name === "console" && isGlobal(context, node, "console")) {
          refuse(node, "console");
        }
        for (const stream of ["stdout", "stderr"]) {
          if (named(node, "Bun", stream)) refuse(node, `Bun.${stream}`);
          if (named(node, "process", stream) && isGlobal(context, node, "process")) refuse(node, `process.${stream}`);
        }
      },
    };
  },
};

/** A newcomer who has seen one plugin has seen them all, and no plugin reaches into the engine. */
const pluginsImportTheContract: Deno.lint.Rule = {
  create(context) {
    const place = placeOf(context);
    const own = /^plugins\/[^/]+\//.exec(place)?.[0];
    if (own === undefined) return {};
    // A folder plugin's own folder is that folder, whatever else of its kind lies beside it.
    const home = /^plugins\/[^/]+\/[^/]+\//.exec(place)?.[0] ?? own;
    return onImport((node, module) => {
      if (module.startsWith(".")) {
        const target = join(dirname(place), module).replaceAll("\\", "/");
        // Parts that several backends share start with _, as files beside plugins do.
        if (isBackend(place) && /^plugins\/backends\/_[^/]+\//.test(target)) return;
        const mine = home === own ? dirname(target) + "/" === own && /\/_[^/]*$/.test(target) : target.startsWith(home);
        const isShared = isBackend(place) && FOR_OTHER_BACKENDS.has(target);
        if (mine || isShared || isVocabulary(target)) return;
        // What several backends share lies in a folder of its own, named with an underscore.
        if (isBackend(place) && (BACKEND_VOCABULARY.has(target) || target.startsWith("plugins/backends/_"))) return;
      } else if (isBackend(place) ? /^(node|bun):/.test(module) : HARMLESS_MODULES.has(module)) {
        return;
      }
      context.report({
        node,
        message: `A plugin may not import "${module}"`,
        hint: "Plugins import src/contract.ts, src/process.ts, src/vocabulary/ and their own folder.",
      });
    });
  },
};

/** A dynamic import of a variable is left out of the compiled binary, and what it names may be anybody's file. */
const noDynamicImportOfVariable: Deno.lint.Rule = {
  create(context) {
    if (!isProduct(placeOf(context))) return {};
    return {
      ImportExpression(node) {
        if (node.source.type === "Literal") return;
        context.report({
          node,
          message: "Dynamic import of something that is not a literal",
          hint: "The bundler leaves it out of the binary. Import by a literal, or from the generated plugins/index.ts.",
        });
      },
    };
  },
};

/** Classify is a pure function of the snapshot: every verdict can be replayed from a file. */
const pureJudgement: Deno.lint.Rule = {
  create(context) {
    if (!isJudgement(placeOf(context))) return {};
    const refuse = (node: Deno.lint.Node, what: string) =>
      context.report({
        node,
        message: `${what} in code that judges`,
        hint: "A verdict follows from the snapshot alone: no clock, no chance, no file. Read it from the table.",
      });
    return {
      ...onImport((node, module) => {
        if (!module.startsWith(".") && !HARMLESS_MODULES.has(module)) refuse(node, module);
      }),
      ImportExpression(node) {
        refuse(node, "import()");
      },
      NewExpression(node) {
        if (node.callee.type === "Identifier" && node.callee.name === "Date" && node.arguments.length === 0) {
          refuse(node, "new Date()");
        }
      },
      CallExpression(node) {
        const { callee } = node;
        if (callee.type === "Identifier" && ["Date", "fetch", "require"].includes(callee.name)) {
          refuse(node, `${callee.name}()`);
        }
      },
      MemberExpression(node) {
        for (const [object, property] of [["Date", "now"], ["Math", "random"], ["performance", "now"]] as const) {
          if (named(node, object, property)) refuse(node, `${object}.${property}`);
        }
        const { object } = node;
        if (object.type !== "Identifier" || !["Bun", "Deno", "process", "crypto"].includes(object.name)) return;
        if (isGlobal(context, node, object.name)) refuse(node, object.name);
      },
    };
  },
};

/** Law 6: nothing in the current directory is trusted, so nobody asks which it is. */
const noCurrentDirectory: Deno.lint.Rule = {
  create(context) {
    if (!isProduct(placeOf(context))) return {};
    const refuse = (node: Deno.lint.Node) =>
      context.report({
        node,
        message: "The current directory is asked for",
        hint: "Law 6: nothing in it is trusted. Take paths from the person's home or from an argument.",
      });
    return {
      ...onImport((node, module, names) => {
        if (isProcessModule(module) && (names.includes("cwd") || names.includes("chdir"))) refuse(node);
      }),
      MemberExpression(node) {
        if (named(node, "Deno", "cwd") || named(node, "Bun", "cwd")) refuse(node);
        if ((named(node, "process", "cwd") || named(node, "process", "chdir")) && isGlobal(context, node, "process")) {
          refuse(node);
        }
      },
    };
  },
};

function isProcessModule(module: string): boolean {
  return module === "process" || module === "node:process";
}

/** Every form in which a module names another by a literal. */
function onImport(
  see: (node: Deno.lint.Node, module: string, names: readonly string[]) => void,
): Deno.lint.LintVisitor {
  const visit = (
    node: Deno.lint.ImportDeclaration | Deno.lint.ExportNamedDeclaration | Deno.lint.ExportAllDeclaration,
  ) => {
    const module = moduleName(node.source);
    if (module === undefined) return;
    const specifiers = node.type === "ExportAllDeclaration" ? [] : node.specifiers;
    const names = specifiers.flatMap((specifier) => {
      const from = specifier.type === "ImportSpecifier"
        ? specifier.imported
        : specifier.type === "ExportSpecifier"
        ? specifier.local
        : undefined;
      return from?.type === "Identifier" ? [from.name] : [];
    });
    see(node, module, names);
  };
  return {
    ImportDeclaration: visit,
    ExportNamedDeclaration: visit,
    ExportAllDeclaration: visit,
    ImportExpression(node) {
      const module = moduleName(node.source);
      if (module !== undefined) see(node, module, []);
    },
  };
}

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    "machine-through-backends": machineThroughBackends,
    "only-the-terminal-prints": onlyTheTerminalPrints,
    "plugins-import-the-contract": pluginsImportTheContract,
    "no-dynamic-import-of-variable": noDynamicImportOfVariable,
    "pure-judgement": pureJudgement,
    "no-current-directory": noCurrentDirectory,
  },
};
export default plugin;
