import type { Action } from "../../src/contract.ts";

const unregister: Action = {
  name: "unregister",
  summary: "takes off the registry what has ended; signals nobody",
  subject: "registry",
};

export default unregister;
