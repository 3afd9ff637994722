/**
 * Machines of a fleet: network namespaces with names of their own, a bridge between them, and a PostgreSQL on it. Only
 * inside a network and mount namespace.
 *
 * @module
 */
import { openPostgres, type Postgres } from "./postgres.ts";

/** The machines and their server. */
export interface Fleet {
  readonly postgres: Postgres;
  /** The server's address, as the machines have it and as we do. */
  readonly store: string;
  /** What is put before a command to have it run on that machine. */
  on(host: string): readonly string[];
  /** Takes a machine off the network, or puts it back. */
  cut(host: string): void;
  join(host: string): void;
}

function sh(command: string): void {
  const { exitCode, stderr } = Bun.spawnSync(["sh", "-c", command]);
  if (exitCode !== 0) throw new Error(`${command}: ${stderr}`);
}

/** Machines of these names, one digit each. */
export async function openFleet(hosts: readonly string[]): Promise<Fleet> {
  // Names of network namespaces lie there; in our mount namespace it is ours.
  sh("mount -t tmpfs tmpfs /run && mkdir -p /run/netns");
  sh("ip link set lo up && ip link add br0 type bridge && ip addr add 10.77.0.1/24 dev br0 && ip link set br0 up");
  for (const host of hosts) {
    sh(`ip netns add h${host} && ip link add v${host} type veth peer name e${host} netns h${host}`);
    sh(`ip link set v${host} master br0 up && ip -n h${host} addr add 10.77.0.1${host}/24 dev e${host}`);
    sh(`ip -n h${host} link set e${host} up && ip -n h${host} link set lo up`);
  }
  const postgres = await openPostgres({ listen: "10.77.0.1,127.0.0.1", network: "10.77.0.0/24", base: "/run" });
  return {
    postgres,
    store: `postgres://reaper@10.77.0.1:${postgres.port}/postgres`,
    on: (host) =>
      ["ip", "netns", "exec", `h${host}`, "unshare", "--uts", "sh", "-c", 'hostname "$0"; exec "$@"'].concat(
        `h${host}`,
      ),
    cut: (host) => sh(`ip link set v${host} down`),
    join: (host) => sh(`ip link set v${host} up`),
  };
}
