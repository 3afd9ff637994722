import type { Action } from "../../src/contract.ts";

const removeLeftover: Action = {
  name: "remove-leftover",
  summary: "removes a directory that a dead process left, following no symlink and crossing no mount point",
  subject: "leftovers",
};

export default removeLeftover;
