import { forFish } from "../quote.ts";
import type { Place } from "./place.ts";

/** For fish, with what each command and option is for. It calls no program. */
export function fishCompletions(places: readonly Place[]): string {
  const known = places.filter(({ words }) => words !== "").map(({ words }) => forFish(words));
  const lines = places.flatMap(({ words, commands, options, operands }) => {
    const here = `complete -c agent-reaper -n ${forFish(`__agent_reaper_at ${forFish(words)}`)}`;
    return [
      ...commands.map(({ name, summary }) => `${here} -f -a ${forFish(name)} -d ${forFish(summary)}`),
      ...(operands.length === 0 ? [] : [`${here} -f -a ${forFish(operands.join(" "))}`]),
      ...options.map(({ names, summary, values }) =>
        [
          here,
          ...names.map((name) => name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`),
          ...(values === undefined
            ? []
            : values.length === 0
            ? ["-r"]
            : [`-x -a ${forFish(`(__agent_reaper_list ${values.join(" ")})`)}`]),
          `-d ${forFish(summary)}`,
        ].join(" ")
      ),
    ];
  });
  return `# agent-reaper completions fish
function __agent_reaper_at
    set -l at ''
    for word in (commandline -opc)[2..-1]
        # What comes after is another program's.
        test "$word" = --; and return 1
        set -l next (string trim -- "$at $word")
        contains -- "$next" ${known.join(" ")}; and set at "$next"
    end
    test "$at" = "$argv[1]"
end
# Of several that commas part, the last is being typed.
function __agent_reaper_list
    set -l before (commandline -ct | string replace -r '^--[^=]*=' '' | string match -r '.*,')
    for word in $argv
        echo "$before$word"
    end
end
${lines.join("\n")}
`;
}
