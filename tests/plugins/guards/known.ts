/**
 * Who it is, and since when.
 *
 * @module
 */
import { changed, CHILD, lostServer, NOW, ordinary, ORPHAN, START, world } from "../../support/world.ts";
import type { Objection, Pass } from "./case.ts";

const unattended = { confirmMs: 10_000 };
const seen = (agoMs: number, startToken = String(100_000 + ORPHAN)) => ({
  sightings: [{ pid: ORPHAN, startToken, firstSeenAt: NOW - agoMs }],
});

export const objections: readonly Objection[] = [
  {
    case: "nobody watches, and it was never seen as an orphan",
    guard: "first-sight",
    verdict: "spared",
    snapshot: world(),
    policy: unattended,
  },
  {
    case: "nobody watches, and it was seen just now",
    guard: "first-sight",
    verdict: "spared",
    snapshot: world(lostServer, seen(9_999)),
    policy: unattended,
  },
  {
    case: "nobody watches, and it will have been seen",
    guard: "first-sight",
    verdict: "spared",
    snapshot: world(lostServer, seen(-60_000)),
    policy: unattended,
  },
  {
    case: "nobody watches, and another was seen under its number",
    guard: "first-sight",
    verdict: "spared",
    snapshot: world(lostServer, seen(60_000, "1")),
    policy: unattended,
  },
  {
    case: "its executable is unknown",
    guard: "executable",
    verdict: "unsure",
    snapshot: world(changed({ exe: undefined as never })),
  },
  {
    case: "its start is unknown",
    guard: "identity",
    verdict: "unsure",
    snapshot: world(changed({ startToken: undefined as never })),
  },
  {
    case: "whom it has below it could not be listed",
    guard: "identity",
    verdict: "unsure",
    snapshot: world(changed({ unread: { children: "EIO" } })),
  },
  {
    case: "whom its child has below it could not be listed",
    guard: "identity",
    verdict: "unsure",
    snapshot: world(changed({}, { unread: { children: "EIO" } })),
  },
  {
    case: "its child's start is unknown",
    guard: "identity",
    verdict: "unsure",
    snapshot: world(changed({}, { startToken: undefined as never })),
  },
  {
    case: "it is an ancestor of the viewer",
    guard: "self",
    verdict: "spared",
    snapshot: world([...lostServer, ordinary(800, { ppid: ORPHAN, name: "bash" })].filter(Boolean)),
  },
  {
    case: "started 59 s ago",
    guard: "too-young",
    verdict: "spared",
    snapshot: world(changed({ startedAt: NOW - 59_000 })),
  },
  { case: "a zombie", guard: "zombie", verdict: "spared", snapshot: world(changed({ state: "Z", threads: 1 })) },
  {
    case: "a zombie with living threads",
    guard: "zombie",
    verdict: "unsure",
    snapshot: world(changed({ state: "Z", threads: 3 })),
  },
];

export const passes: readonly Pass[] = [
  { case: "a second sight", snapshot: world(lostServer, seen(10_000)), policy: unattended },
  { case: "a person who asks, whoever was seen before", snapshot: world(lostServer, seen(0)) },
  { case: "exactly the least age", snapshot: world(changed({ startedAt: NOW - 60_000 })) },
  {
    case: "a zombie below it that cannot be read",
    snapshot: world([lostServer[0]!, {
      pid: CHILD,
      ppid: ORPHAN,
      state: "Z",
      threads: 1,
      argv: null,
      startedAt: START,
    }]),
  },
];
