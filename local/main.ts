/** `npm start`: evaluates the Pulumi program and serves the resources it declares, on one loopback port. */
import path from "node:path";
import { CaptureError, capture } from "./capture/capture.ts";
import type { Graph } from "./graph.ts";
import { listen } from "./server/server.ts";
import { openDataFolder } from "./start/data-folder.ts";
import { greeting } from "./start/greeting.ts";
import { buildModel } from "./start/model.ts";
import { OperatorError } from "./start/operator-error.ts";
import { help, readOptions } from "./start/options.ts";
import { overridesOf } from "./start/overrides.ts";
import { createPage } from "./start/page.ts";
import { createRuntime } from "./start/runtime.ts";
import { Shutdown } from "./start/shutdown.ts";
import { createTerminal, megabytes } from "./start/terminal.ts";
import { engineOf, warmUp } from "./start/warm-up.ts";
import { watchProgram } from "./start/watch.ts";

const root = path.resolve(import.meta.dirname, "..");
const terminal = createTerminal();
const shutdown = new Shutdown(terminal);

async function start(): Promise<void> {
  const options = readOptions(process.argv.slice(2), root);
  if (options.help) return terminal.line(help);
  const started = Date.now();
  const data = openDataFolder(options.dataDir);
  shutdown.add(() => data.release());
  const server = await openPort(options.port);
  shutdown.add(() => server.close());
  const { port, url } = server;

  const { project, overrides } = overridesOf(root, { ...options, port }, () => data.apiKey());
  for (const { key, value, reason, secret } of overrides) {
    terminal.line(`  ${project}:${key} = ${secret ? "(secret)" : value}  (${reason})`);
  }
  await terminal.stage(
    "model",
    () => buildModel(root, shutdown.signal),
    ({ built, bytes }) => `Inception V3, ${megabytes(bytes)}, ${built ? "built and verified" : "from the cache"}`,
  );
  const evaluate = (): Promise<Graph> =>
    capture({
      ...{ root, stack: options.stack, endpointBase: url, signal: shutdown.signal },
      overrides: Object.fromEntries(overrides.map(({ key, value }) => [`${project}:${key}`, value])),
    });
  let graph = await terminal.stage("program", evaluate, describe);
  for (const warning of graph.warnings) terminal.warn(warning);

  let engine = "not started yet";
  const runtime = await terminal.stage(
    "services",
    () =>
      createRuntime({
        ...{ graph, dataDir: data.path, port, warn: terminal.warn },
        onLog: (_group, message) => {
          const seen = engineOf(message);
          if (seen) engine = `${seen.engine} (${seen.message})`;
        },
      }),
    () => "Step Functions, Lambda, S3, API Gateway, IAM, Logs",
  );
  shutdown.add(() => runtime.close());
  const page = createPage({ consoleDir: path.join(root, "console"), port, graph: () => graph, s3: runtime.s3 });
  server.serve({ ...runtime.surface, page });
  runtime.recover();
  await terminal.stage(
    "warm-up",
    () => warmUp(graph, runtime.lambda.invoker),
    (seen) => (seen ? `the sample photo is a "${seen.label}" (${seen.probability.toFixed(3)})` : "no function to warm"),
  );
  const watch = watchProgram(root, options.stack, async (files) => {
    terminal.line(`${files.join(", ")} changed`);
    try {
      const next = await terminal.stage("program", evaluate, describe);
      await runtime.update(next);
      graph = next;
    } catch (error) {
      if (shutdown.signal.aborted) return;
      terminal.error(`${messageOf(error)}\nThe program before this change keeps serving.`);
    }
  });
  shutdown.add(() => watch.close());
  const apiKey = graph.restApis[0]?.apiKeys[0]?.value;
  const capacity = runtime.lambda.capacity();
  terminal.line(greeting({ url, graph, engine, capacity, ...(apiKey === undefined ? {} : { apiKey }) }));
  terminal.line(`\nReady in ${((Date.now() - started) / 1_000).toFixed(1)} s.`);
}

async function openPort(port: number) {
  try {
    return await listen(port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      throw new OperatorError(
        `Port ${port} is in use by another program. Choose another: npm start -- --port ${port + 1}`,
      );
    }
    if (code === "EACCES")
      throw new OperatorError(`Port ${port} is not yours to use. Choose one above 1023 by --port.`);
    throw error;
  }
}

function describe({ stack, functions, stateMachines, resources }: Graph): string {
  return `stack "${stack}": ${resources.length} resources, ${functions.length} functions, ${stateMachines.length} state machines`;
}

function messageOf(error: unknown): string {
  const known = error instanceof OperatorError || error instanceof CaptureError;
  return known ? error.message : ((error as Error).stack ?? String(error));
}

try {
  await start();
} catch (error) {
  if (!shutdown.signal.aborted) {
    terminal.error(messageOf(error));
    await shutdown.run(1);
  }
}
