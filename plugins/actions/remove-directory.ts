import type { Action } from "../../src/contract.ts";

const removeDirectory: Action = {
  name: "remove-directory",
  summary: "Removes a directory that a dead process left, following no symlink and crossing no mount point",
  subject: "leftovers",
};

export default removeDirectory;
