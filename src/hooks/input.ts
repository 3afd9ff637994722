/**
 * What an agent tells its hooks: one JSON object on standard input. It is read for a while and up to a size,
 * and believed in nothing but the name of the session.
 *
 * @module
 */

const MOST_BYTES = 1024 * 1024;
const MOST_MS = 500;
const SESSION = /^[\w.:@-]{1,200}$/;

/** What was told; nothing, where it was no such object. */
export interface HookInput {
  readonly sessionId?: string;
}

/** Reads it. */
export async function hookInput(): Promise<HookInput> {
  const reader = Bun.stdin.stream().getReader();
  const over = new Promise<undefined>((resolve) => setTimeout(resolve, MOST_MS).unref());
  const parts: Uint8Array[] = [];
  let size = 0;
  while (size <= MOST_BYTES) {
    const part = await Promise.race([reader.read(), over]);
    if (part === undefined || part.done) break;
    parts.push(part.value);
    size += part.value.length;
  }
  reader.cancel().catch(() => {});
  return size > MOST_BYTES ? {} : parseHookInput(Buffer.concat(parts).toString("utf8"));
}

/** Reads its text. */
function parseHookInput(text: string): HookInput {
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch {
    return {};
  }
  if (typeof told !== "object" || told === null) return {};
  const { session_id: sessionId } = told as { session_id?: unknown };
  return typeof sessionId === "string" && SESSION.test(sessionId) ? { sessionId } : {};
}
