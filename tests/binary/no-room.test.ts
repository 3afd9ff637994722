/** Where nothing can be written: what is said names the place and the remedy, and no piece of a file stays. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInNamespace } from "../support/namespace.ts";

setDefaultTimeout(60_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");
const tell = `tell() { echo "$1: $("$binary" "$@" 2>&1 >/dev/null | tail -n 1)"; }`;

test("a read-only file system is no mistake of ours: the file and the remedy are told", async () => {
  const script = `binary=$1; home=$HOME; ${tell}
    mount -t tmpfs -o size=4m tmpfs "$home" && mkdir -p "$home/.config/systemd/user" "$home/.local/state/agent-reaper"
    chmod 700 "$home/.local/state/agent-reaper"
    "$binary" service install --kind systemd --print >"$home/.config/systemd/user/agent-reaper.service"
    mount -o remount,ro "$home"
    tell service install --kind systemd
    tell service uninstall --kind systemd
    tell metrics --textfile "$home/agents.prom"
    tell watch --now
    tell sweep --strict
    for line in "snapshot --output $home/box.json" "metrics --textfile $home/agents.prom" "watch --log $home/log"; do
      "$binary" $line >/dev/null 2>&1; echo "$?"
    done`;
  await runInNamespace(() => ["bash", "-c", script, "bash", binary], {}, ({ stdout, directory }) => {
    const readOnly = "the file system is read-only (EROFS)";
    const unit = `${directory}/home/.config/systemd/user/agent-reaper.service`;
    expect(stdout.trimEnd().split("\n")).toEqual([
      `service: agent-reaper: ${unit}: ${readOnly}: make its directory writable`,
      `service: agent-reaper: ${unit}: ${readOnly}: make its directory writable`,
      `metrics: agent-reaper: --textfile ${directory}/home/agents.prom: ${readOnly}: name a file in a directory that you can write to`,
      `watch: agent-reaper: ${directory}/home/.local/state/agent-reaper/watch.lock: ${readOnly}: make it writable, or name another place in AGENT_REAPER_STATE`,
      `sweep: agent-reaper: ${directory}/home/.local/state/agent-reaper/sweep: ${readOnly}: make it writable, or name another place in AGENT_REAPER_STATE`,
      ...["3", "3", "3"],
    ]);
  });
});

test("on a full disk hooks are not written, in parts neither", async () => {
  const script = `binary=$1; home=$HOME; ${tell}
    mount -t tmpfs -o size=64k tmpfs "$home" && dd if=/dev/zero of="$home/full" bs=1k 2>/dev/null
    tell hook install claude --yes
    tell hook install bash --yes
    find "$home" -type f`;
  await runInNamespace(() => ["bash", "-c", script, "bash", binary], {}, ({ stdout, directory }) => {
    const home = `${directory}/home`;
    const full = "no space left on the device (ENOSPC)";
    expect(stdout.trimEnd().split("\n")).toEqual([
      `hook: agent-reaper: ${home}/.claude/settings.json: ${full}: make it writable, or see agent-reaper hook print --help`,
      `hook: agent-reaper: ${home}/.local/state/agent-reaper/hook.bash: ${full}: make it writable, or see agent-reaper hook print --help`,
      `${home}/full`,
    ]);
  });
});

test("on a full disk a sweep remembers nothing: doctor tells, and who is strict", async () => {
  const script = `binary=$1; home=$HOME; ${tell}
    mount -t tmpfs -o size=64k tmpfs "$home" && dd if=/dev/zero of="$home/full" bs=1k 2>/dev/null
    "$binary" sweep; echo "$?"
    tell sweep --strict --every 0s
    "$binary" sweep --strict --every 0s 2>/dev/null; echo "$?"
    "$binary" doctor | grep -A 1 'state directory' | tr -s ' '`;
  await runInNamespace(() => ["bash", "-c", script, "bash", binary], {}, ({ stdout, directory }) => {
    const state = `${directory}/home/.local/state/agent-reaper`;
    const elsewhere = "name another place in AGENT_REAPER_STATE";
    expect(stdout.trimEnd().split("\n")).toEqual([
      "0",
      `sweep: agent-reaper: ${state}/sweep: cannot be written to: make room on its disk, or ${elsewhere}`,
      "3",
      `?? state directory ${state}: no space left on the device (ENOSPC): make it writable, or ${elsewhere}`,
      " → until then sweep, watch and hooks end nothing, and there is no history",
    ]);
  });
});
