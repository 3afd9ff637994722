/**
 * Commands on Windows: no signals, no process groups, and Ctrl-C reaches everybody on the console.
 *
 * @module
 */
import type { CommandEnd, Commands } from "../../../src/contract.ts";

/** Commands of this machine. */
export function windowsCommands(): Commands {
  return {
    start(argv, { variables }) {
      // The command decides what Ctrl-C means; we wait for its end.
      const stay = (): void => {};
      process.on("SIGINT", stay);
      const child = Bun.spawn([...argv], {
        stdio: ["inherit", "inherit", "inherit"],
        env: { ...process.env, ...variables },
      });
      const ended = child.exited.then((code): CommandEnd => ({ code }));
      return { pid: child.pid, ended: ended.finally(() => process.off("SIGINT", stay)), ending() {} };
    },
    background() {
      throw Object.assign(new Error("ENOSYS: locks are not inherited here"), { code: "ENOSYS" });
    },
    endBySignal() {},
  };
}
