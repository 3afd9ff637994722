/**
 * A real watch, for as many rounds as a test needs. To be used inside a namespace (see namespace.ts) only.
 *
 * @module
 */

/** What it said until it had done so many rounds, and how it ended when it was asked to. */
export async function watchFor(
  binary: string,
  rounds: number,
  args: readonly string[] = [],
): Promise<{ readonly said: string; readonly exitCode: number }> {
  const watch = Bun.spawn(
    [
      binary,
      "watch",
      "--every",
      "20ms",
      "--now",
      "--confirm",
      "1",
      "--min-age",
      "0s",
      "--listen",
      "127.0.0.1:0",
      ...args,
    ],
    { stdout: "pipe", stderr: "inherit" },
  );
  let said = "";
  const reading = (async () => {
    for await (const part of watch.stdout.pipeThrough(new TextDecoderStream())) said += part;
  })();
  let address: string | undefined;
  for (; address === undefined; await Bun.sleep(5)) address = /http:\/\/([\d.:]+)/.exec(said)?.[1];
  for (let done = 0; done < rounds;) {
    const text = await (await fetch(`http://${address}/metrics`)).text();
    done = Number(/^agent_reaper_rounds_total (\d+)/m.exec(text)?.[1] ?? 0);
  }
  watch.kill("SIGINT");
  const exitCode = await watch.exited;
  await reading;
  return { said, exitCode };
}
