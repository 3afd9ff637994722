/**
 * bash-preexec (github.com/rcaloras/bash-preexec, MIT), version 0.5.0, as it comes with an npm package that uses it: it
 * is in no registry by itself.
 *
 * @module
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchPackage } from "./npm-package.ts";

const BEARER = {
  name: "@microsoft/inshellisense@0.0.1-rc.16",
  sha512: "tsmQ+qfD8DIGvVeba+MJ/oxJla3sVhK/ZunEYcXM4lRUmvPnnMJ8cWlkVEqtzs8259SLoC9s0pBaonEcL2Z2QQ==",
};

/** Its text. */
export function fetchBashPreexec(): string {
  const directory = mkdtempSync(join(tmpdir(), "bash-preexec-"));
  try {
    fetchPackage(BEARER, ["shell/bash-preexec.sh"], directory);
    return readFileSync(join(directory, "shell/bash-preexec.sh"), "utf8");
  } finally {
    rmSync(directory, { recursive: true });
  }
}
