/** What root makes for a person is the person's: they could not open it later, or root would give away what is another's. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { closeSync, linkSync, lstatSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LockFile } from "../../src/contract.ts";
import { Spool, spoolPath } from "../../src/journal/spool.ts";
import { giveOver, makePrivate } from "../../src/state.ts";
import { Store } from "../../src/store/store.ts";

const PERSON = { uid: 4243 };
const isRoot = process.geteuid?.() === 0;

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "under-sudo-"));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const ownerOf = (...path: readonly string[]) => lstatSync(join(base, ...path)).uid;

test.if(isRoot)(
  "the state, the database and the journal, with every directory on the way that was made for them",
  () => {
    const directory = join(base, "a", "state");
    new Store({ directory, viewer: PERSON }).close();
    new Spool({ state: directory, viewer: PERSON, complain: (line) => expect(line).toBe("") })
      .append({ type: "end", run: "r", at: 1 });
    makePrivate(join(base, "quarantine"), PERSON);
    const owners = [["a"], ["a", "state"], ["a", "state", "state.db"], ["a", "state", "journal"], ["quarantine"]]
      .map((path) => ownerOf(...path));
    expect(owners).toEqual([4243, 4243, 4243, 4243, 4243]);
    const day = new Date().toISOString().slice(0, 10);
    expect(lstatSync(join(spoolPath(directory), `${day}.0.ndjson`)).uid).toBe(4243);
    expect(ownerOf()).toBe(0);
  },
);

test.if(isRoot)("a lock file, but none of two names: one of them may lead to another's file", () => {
  const given = (name: string): number => {
    const fd = openSync(join(base, name), "r");
    const { uid, nlink } = lstatSync(join(base, name));
    const facts = () => ({ identity: name, isFile: true, uid, links: nlink, modifiedAt: 0, bytes: 0 });
    giveOver({ fd, facts } as Partial<LockFile> as LockFile, PERSON);
    closeSync(fd);
    return ownerOf(name);
  };
  for (const name of ["lock", "root's"]) writeFileSync(join(base, name), "");
  linkSync(join(base, "root's"), join(base, "link"));
  expect(["lock", "link", "root's"].map(given)).toEqual([4243, 0, 0]);
});
