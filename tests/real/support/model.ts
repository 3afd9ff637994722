/**
 * A model that wants one command run and then says so: what Claude Code and Codex ask over HTTP, on the loopback
 * alone. It keeps what it was sent.
 *
 * @module
 */

/** A server that stands for both vendors'. */
export interface Model {
  readonly url: string;
  /** The bodies of all requests for an answer. */
  readonly asked: readonly string[];
  /** Forgets them, and names the next command. */
  next(command: string): void;
}

/** What it says at the end. */
export const SAID = "that is done";

/** Starts it. */
export function startModel(): Model {
  const asked: string[] = [];
  let command = "true";
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 120,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (request.method !== "POST" || !/\/(?:messages|responses)$/.test(pathname)) {
        return Response.json({}, { status: 404 });
      }
      const body = await request.text();
      asked.push(body);
      const events = pathname.endsWith("/messages") ? claudes(body, command) : codexes(body, command);
      const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
      return new Response(text, { headers: { "content-type": "text/event-stream" } });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    asked,
    next(wanted) {
      asked.length = 0;
      command = wanted;
    },
  };
}

interface Event {
  readonly type: string;
}

/** `POST /v1/messages` with `stream`. */
function claudes(body: string, command: string): Event[] {
  const { model, tools = [] } = JSON.parse(body) as { model: string; tools?: { name: string }[] };
  const isToAct = tools.some(({ name }) => name === "Bash") && !body.includes('"tool_result"');
  const input = { command, description: "what was asked for", timeout: 60_000 };
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = { id: "msg_1", type: "message", role: "assistant", model, content: [], stop_reason: null, usage };
  const [block, delta] = isToAct
    ? [{ type: "tool_use", id: "toolu_1", name: "Bash", input: {} }, {
      type: "input_json_delta",
      partial_json: JSON.stringify(input),
    }]
    : [{ type: "text", text: "" }, { type: "text_delta", text: SAID }];
  const events = [
    { type: "message_start", message },
    { type: "content_block_start", index: 0, content_block: block },
    { type: "content_block_delta", index: 0, delta },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: isToAct ? "tool_use" : "end_turn" }, usage: { output_tokens: 1 } },
    { type: "message_stop" },
  ];
  return events;
}

/** `POST /v1/responses` with `stream`. */
function codexes(body: string, command: string): Event[] {
  const { tools = [] } = JSON.parse(body) as { tools?: { name?: string }[] };
  const isToAct = tools.some(({ name }) => name === "exec_command") && !body.includes('"function_call_output"');
  const args = JSON.stringify({ cmd: command, yield_time_ms: 30_000 });
  const item = isToAct
    ? { type: "function_call", id: "fc_1", call_id: "call_1", name: "exec_command", arguments: args }
    : { type: "message", id: "msg_1", role: "assistant", content: [{ type: "output_text", text: SAID }] };
  const response = { id: "resp_1", usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 } };
  const events = [
    { type: "response.created", response },
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response },
  ];
  return events;
}
