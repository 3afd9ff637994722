import type { Proof } from "../../contract.ts";

const directory: Proof = {
  name: "directory",
  summary: "its working directory has been deleted",
  needs: ["directory"],
  find(root) {
    return root.cwdDeleted === true
      ? { strength: "weak", because: "its working directory has been deleted" }
      : undefined;
  },
};

export default directory;
