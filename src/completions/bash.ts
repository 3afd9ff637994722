import { forShell } from "../quote.ts";
import type { Place } from "./place.ts";

/** For bash from 3.2 on, and for zsh, which knows bash's way as well. It calls no program. */
export function bashCompletions(places: readonly Place[]): string {
  const known = places.filter(({ words }) => words !== "").map(({ words }) => forShell(words));
  const values = places.flatMap(({ words, options }) =>
    options.flatMap(({ names, values }) =>
      values === undefined ? [] : [
        `    ${names.map((name) => forShell(`${words} ${name}`)).join("|")}) ${
          values.length === 0 ? "return" : `words=${forShell(values.join(" "))} before=\${cur%"\${cur##*,}"}`
        } ;;`,
      ]
    )
  );
  const all = places.map(({ words, commands, options, operands }) => {
    const here = [...commands.map(({ name }) => name), ...operands];
    const dashed = options.flatMap(({ names }) => names);
    return `      ${forShell(words)}) words=${forShell(here.join(" "))} dashed=${forShell(dashed.join(" "))} ;;`;
  });
  return `# agent-reaper completions bash
_agent_reaper() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} at='' words='' dashed='' before='' word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    # What comes after is another program's.
    if [ "$word" = -- ]; then return; fi
    case "\${at:+$at }$word" in
      ${known.join("|")}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at $prev" in
${values.join("\n")}
    *) case "$at" in
${all.join("\n")}
    esac ;;
  esac
  # Among commands options would hide them; where there is nothing else they are what can be typed.
  if [ -z "$words" ] || [[ $cur == -* ]]; then words="$words $dashed"; fi
  COMPREPLY=($(compgen -P "$before" -W "$words" -- "\${cur#"$before"}"))
}
complete -o default -F _agent_reaper agent-reaper
`;
}

/** zsh speaks bash's way when it is asked to. */
export function zshCompletions(places: readonly Place[]): string {
  return `(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
autoload -Uz +X bashcompinit && bashcompinit
${bashCompletions(places).replace("completions bash", "completions zsh")}`;
}
