import { isEnvironmentUnread } from "../../src/vocabulary/environments.ts";
import type { Guard } from "../../src/contract.ts";

const VARIABLE = "AGENT_REAPER_KEEP";

const keepMarker: Guard = {
  name: "keep-marker",
  summary: `processes started with ${VARIABLE}=1`,
  asks: "every member",
  needs: ["environment"],
  variables: [VARIABLE],
  object(process, { table }) {
    const { env } = process;
    if (env === undefined) {
      return table.host.platform === "linux" || isEnvironmentUnread(process, table)
        ? { stands: "unsure", because: "its environment could not be read" }
        : undefined;
    }
    const value = env[VARIABLE];
    if (value === undefined || value === "" || value === "0") return undefined;
    return { stands: "spare", because: `${VARIABLE}=${value} in its environment` };
  },
};

export default keepMarker;
