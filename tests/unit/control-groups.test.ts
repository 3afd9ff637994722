import { expect, test } from "bun:test";
import { containerIdOf, containerOf } from "../../src/vocabulary/control-groups.ts";
import { placeOf } from "../../src/vocabulary/namespaces.ts";

const SHOWN = "2d11862b53d5";
const ID = `${SHOWN}6a56038d1f5682dce737742e53421d328ee7edfc2f470752a7db`;
const OTHER = "9".repeat(64);
const POD = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod8a.slice";

test.each<[string, string | undefined, string | undefined]>([
  [`/system.slice/docker-${ID}.scope`, `/system.slice/docker-${ID}.scope`, SHOWN],
  [`/docker/${ID}`, `/docker/${ID}`, SHOWN],
  [`/docker/${ID}/system.slice/cron.service`, `/docker/${ID}`, SHOWN],
  [`/user.slice/libpod-${ID}.scope/container`, `/user.slice/libpod-${ID}.scope`, SHOWN],
  [`${POD}/cri-containerd-${ID}.scope`, `${POD}/cri-containerd-${ID}.scope`, SHOWN],
  [`/libpod_parent/libpod-${ID}`, `/libpod_parent/libpod-${ID}`, SHOWN],
  // One in another: where it lives is the inner.
  [`/docker/${OTHER}/kubelet/pod/${ID}`, `/docker/${OTHER}/kubelet/pod/${ID}`, SHOWN],
  ["/user.slice/libpod-0a1b.scope", "/user.slice/libpod-0a1b.scope", undefined],
  [`/user.slice/run-${ID.slice(1)}.scope`, undefined, undefined],
  ["/user.slice/user-1000.slice/session-2.scope", undefined, undefined],
])("containerOf(%s) and its id", (cgroup, container, id) => {
  expect([containerOf(cgroup), containerIdOf(cgroup)]).toEqual([container, id]);
});

test("placeOf() says the container, else the namespace", () => {
  const process = { pid: 7, ppid: 1, pidNamespace: "pid:[4026532001]" };
  expect([
    placeOf({ ...process, cgroup: `/docker/${ID}` }),
    placeOf({ ...process, cgroup: "/user.slice" }),
    placeOf(process),
    placeOf({ pid: 7, ppid: 1 }),
  ]).toEqual([`container ${SHOWN}`, "pid namespace 4026532001", "pid namespace 4026532001", "pid namespace"]);
});
