/** A person at a terminal: `slots run` is in the foreground as its command would be. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { said } from "../support/slot-script.ts";

setDefaultTimeout(300_000);

/** A shell in tmux: `type` types a line, `keys` presses keys, `sees` waits until something stands there. */
const TERMINAL = `
export TMUX_TMPDIR=$PWD TERM=screen
t() { tmux -L slots -f /dev/null "$@"; }
t new-session -d -x 100 -y 50 "env PS1='> ' A='$A' bash --norc --noprofile"
type() { t send-keys -l -- "$1"; t send-keys Enter; }
keys() { t send-keys "$@"; }
sees() { until t capture-pane -p | grep -q -- "$1"; do sleep 0.05; done; }
sees '^>'
`;

test("Ctrl-C interrupts the command once, and both end by it", async () => {
  const interrupted = await said(`${TERMINAL}
    type '$A slots run --max 1 -- sleep 1000'; await active 1; asleep 1; keys C-c; type 'echo "code \${?}"'; sees '^code 130'
    type '$A slots run --max 1 -- bash -c "trap \\"echo interrupted >> \$HOME/told\\" INT; echo ready; while [ ! -e \$HOME/enough ]; do sleep 0.05; done; exit 4"; echo "then \${?}"'
    sees '^ready'; keys C-c; until [ -s $HOME/told ]; do sleep 0.05; done; sleep 0.2; touch $HOME/enough; sees 'then 4'
    wc -l < $HOME/told; t kill-server`);
  expect(interrupted).toEqual(["1"]);
});

test("Ctrl-Z stops it, and it goes on; a command that stops itself gives the terminal back", async () => {
  const taken = await said(`${TERMINAL}
    type '$A slots run --max 1 -- sh -c "echo ready; while [ ! -e \$HOME/enough ]; do sleep 0.05; done; echo went on"'
    sees '^ready'; keys C-z; sees 'Stopped'
    field active; touch $HOME/enough; type 'clear; fg; echo "code \${?}"'; sees '^went on'; sees '^code 0'
    type 'clear; $A slots run --max 1 -- sh -c "kill -STOP \\$\\$; echo went on"'; sees 'Stopped'
    type 'clear; fg'; sees '^went on'; t kill-server`);
  expect(taken).toEqual(["1"]);
});

test("who waits is told what for, and a full-screen program finds its terminal", async () => {
  await said(`${TERMINAL}
    s run --max 1 -- sleep 1000 & await active 1; asleep 1
    type '$A slots run --max 1 -- stty size'; sees 'agent-reaper: waiting for a slot: the only one is taken'; keys C-c
    pkill -9 -x sleep; await active 0; type 'clear; $A slots run --max 1 -- stty size'; sees '^50 100'
    type 'clear; seq 900 | $A slots run --max 1 -- less'; sees '^:'; keys G; sees '^900'; keys q; type 'echo and out'; sees '^and out'
    t kill-server`);
});

test.each(["yes", "no"])("a person is asked before something is released, and answers %s", async (answer) => {
  const lines = await said(`${TERMINAL}
    s acquire --max 1 --for-pid $$ >/dev/null; type '$A slots release --slot-id 0'; sees 'Release slot 0? .y/N.'
    type ${answer}; sees '${
    answer === "yes" ? "released by its keeper" : "Nothing was touched"
  }'; field active; t kill-server`);
  expect(lines).toEqual([answer === "yes" ? "0" : "1"]);
});
