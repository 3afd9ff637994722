/**
 * Sends JSON to an address, signed, and again when it did not arrive.
 *
 * The signature is an HMAC of time and body, as hexadecimal SHA-256: whoever knows the secret can tell
 * that it is from us, that nothing was changed, and that it is no old one sent again. The id is the same
 * in every attempt: who gets it twice can tell.
 *
 * @module
 */
import { sleepUntilTold } from "../clock.ts";

/** What is sent. */
export interface Post {
  readonly url: string;
  readonly secret: string | undefined;
  readonly id: string;
  readonly body: string;
  readonly signal: AbortSignal;
  /** Between attempts; for tests. */
  readonly waitsMs?: readonly number[];
}

const WAITS_MS = [0, 1_000, 5_000];
const PATIENCE_MS = 5_000;

/** Sends it. Undefined when it arrived, else why not. */
export async function post({ url, secret, id, body, signal, waitsMs = WAITS_MS }: Post): Promise<string | undefined> {
  let why = "it was not sent";
  for (const waitMs of waitsMs) {
    await sleepUntilTold(waitMs, signal);
    if (signal.aborted) return why;
    const at = String(Math.floor(Date.now() / 1000));
    try {
      const response = await fetch(url, {
        method: "POST",
        body,
        // Where it leads was not agreed upon.
        redirect: "manual",
        signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
        headers: {
          "content-type": "application/json",
          "user-agent": "agent-reaper",
          "agent-reaper-id": id,
          "agent-reaper-timestamp": at,
          ...(secret === undefined ? {} : { "agent-reaper-signature": `sha256=${sign(secret, at, body)}` }),
        },
      });
      await response.body?.cancel();
      if (response.ok) return undefined;
      why = `the answer was ${response.status}`;
      // It was understood and is not wanted: again would be no better.
      if (response.status < 500 && response.status !== 408 && response.status !== 429) return why;
    } catch (error) {
      // The address may hold a token: it is not told.
      const { code, name } = error as { code?: unknown; name?: unknown };
      why = `it could not be sent (${typeof code === "string" ? code : String(name)})`;
    }
  }
  return why;
}

/** What a receiver computes to compare. */
export function sign(secret: string, at: string, body: string): string {
  return new Bun.CryptoHasher("sha256", secret).update(`${at}.${body}`).digest("hex");
}
