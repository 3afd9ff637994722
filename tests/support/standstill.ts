/**
 * A machine that stands still while `run` ends what a command left.
 *
 * @module
 */

/** Asked to end it waits until it may, needs some time more, and says then that it is tidy. */
const TIDY = String
  .raw`$SIG{TERM} = sub { open F, ">asked"; select undef, undef, undef, 0.02 until -e "go"; select undef, undef, undef, 0.3; open F, ">tidy"; exit }; open F, ">ready"; sleep 1 while 1`;

/**
 * A script for bash: `run` (with its options) and its guardian (a process that `pgrep` finds by these words) are stopped
 * for longer than the grace period, as all would be where the machine stands still. It prints how `run` ended, and `tidy`
 * when what was left got its time.
 */
export function standstill(run: string, guardian: string): string {
  return `
    ${run} --grace 5s -- sh -c 'perl -e "$TIDY" & until [ -e ready ]; do sleep 0.02; done; exit 3' & front=$!
    until [ -e asked ]; do sleep 0.02; done
    kill -STOP $front $(pgrep ${guardian}); sleep 6; : > go; kill -CONT $(pgrep ${guardian}) $front
    wait $front; echo $?; ls tidy`;
}

/** What the script needs in its environment. */
export const STANDSTILL_ENV: Readonly<Record<string, string>> = { TIDY };
