import { servedOn } from "../../vocabulary/listening.ts";
import type { Proof } from "../../contract.ts";

const unheard: Proof = {
  name: "unheard",
  summary: "it listens and nobody is connected",
  needs: ["sockets"],
  find(root) {
    const places = servedOn(root);
    if (places === undefined || places.length === 0 || root.clients === undefined) return undefined;
    return root.clients.length === 0 ? { strength: "weak", because: "it listens and nobody is connected" } : undefined;
  },
};

export default unheard;
