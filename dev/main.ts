/** `npm start`: evaluates the Pulumi program and serves the resources that it declares on one loopback port. */
import path from "node:path";
import pc from "picocolors";
import {
  CaptureError,
  createRuntime,
  FaultFileError,
  Faults,
  type Graph,
  InvalidDefinitions,
  NoNode,
  type Runtime,
  readFaults,
  UnservedProgram,
} from "#local-aws";
import { PageSessions } from "../console/server/page-session.ts";
import { createStackMapper } from "../console/server/source-map.ts";
import { cacheEnvironment } from "../contract/cache.ts";
import { fitted } from "../lib/help.ts";
import { openDataFolder } from "./data-folder.ts";
import { missingLimits } from "./decoder-limits.ts";
import { functionLine } from "./function-log.ts";
import { greeting } from "./greeting.ts";
import { prepareModel } from "./model.ts";
import { openPort } from "./open-port.ts";
import { OperatorError } from "./operator-error.ts";
import { defaultDataFolder, help, readOptions, type StartOptions } from "./options.ts";
import { createPage } from "./page/page.ts";
import { withAslFiles } from "./program/asl-file.ts";
import { describeChange, nothingChanged } from "./program/change.ts";
import { overridesOf } from "./program/overrides.ts";
import { Program } from "./program/program.ts";
import { watchProgram } from "./program/watch.ts";
import { Shutdown } from "./shutdown.ts";
import { systemProblem } from "./system-problem.ts";
import { columnsOf, createTerminal, megabytes } from "./terminal.ts";
import { engineOf, warmUp } from "./warm-up.ts";

const root = path.resolve(import.meta.dirname, "..");
const terminal = createTerminal();
const shutdown = new Shutdown(terminal);
/** The program, for error messages. */
let served: Graph | undefined;

async function start(options: StartOptions): Promise<void> {
  const started = Date.now();
  const faults = faultsOf(options);
  const data = openDataFolder(options.dataDir);
  shutdown.add(() => data.release());
  const server = await openPort(options.port);
  shutdown.add(() => server.close());
  const { port, url } = server;

  const operator = data.operatorKey();
  const { project, overrides, modelDirectory } = overridesOf(root, { ...options, port }, () => data.apiKey());
  for (const { key, value, reason, secret } of overrides) {
    terminal.sentence(`  ${project}:${key} = ${secret ? "(secret)" : value}  (${reason})`);
  }
  await terminal.stage(
    "model",
    () => prepareModel(root, shutdown.signal),
    ({ built, bytes }) =>
      modelDirectory === undefined
        ? `Inception V3, ${megabytes(bytes)}, ${built ? "built and verified" : "from the cache"}`
        : `your own, "${modelDirectory}"; the sample photo is the default model's`,
  );
  const program = new Program({
    root,
    stack: options.stack,
    project,
    overrides,
    url,
    signal: shutdown.signal,
    keptIn: path.join(data.path, "graph.json"),
  });
  const kept = program.lastServed();
  let graph = await terminal.stage("program", async () => kept ?? program.evaluate(), kept ? describeKept : describe);
  for (const warning of graph.warnings) terminal.warn(warning);
  const missing = missingLimits();
  if (missing !== undefined) terminal.warn(missing);

  let engine = "not started";
  const mapStack = createStackMapper(root);
  const onLog = (message: string, group: string): void => {
    engine = engineOf(message) ?? engine;
    const line = options.quiet ? undefined : functionLine(message, group, graph, mapStack);
    if (line !== undefined) terminal.sentence(line);
  };
  served = graph;
  if (options.faultFile !== undefined) faults?.check(graph, options.faultFile);
  const runtime = await terminal.stage(
    "services",
    () =>
      createRuntime({
        graph,
        accepted: kept !== undefined,
        dataDir: data.path,
        port,
        hostVariables: { ...cacheEnvironment(), ...quietSdk },
        operator,
        ...(options.node === undefined ? {} : { node: options.node }),
        warn: terminal.warn,
        onLog,
        faults,
      }),
    () => "Step Functions, Lambda, S3, API Gateway, IAM, Logs",
  );
  shutdown.add(() => runtime.close());
  await program.keep(graph);
  const sessions = new PageSessions({ port, requiresToken: options.token });
  const page = createPage({ root, port, graph: () => graph, s3: runtime.s3, operator, sessions });
  server.serve({ ...runtime.surface, page });
  runtime.recover();

  /** Evaluates the program again; the previous version keeps serving until the new one is accepted. */
  async function refresh(): Promise<void> {
    let next: Graph | undefined;
    try {
      next = await program.evaluate();
      const change = describeChange(graph, next);
      if (JSON.stringify(next) !== JSON.stringify(graph)) {
        await runtime.update(next);
        terminal.sentence(`${pc.green("✓")} program   ${change}`);
      }
      graph = next;
      await program.keep(next);
    } catch (error) {
      if (shutdown.signal.aborted) return;
      terminal.error(`${messageOf(error, next)}\nThe previous version keeps serving.`);
    }
  }
  const watch = watchProgram(root, options.stack, async (files) => {
    const before = graph;
    terminal.line(`${listed(files)} changed`);
    await refresh();
    if (graph !== before && describeChange(before, graph) === nothingChanged) terminal.line(`  ${nothingChanged}`);
  });
  watch.failed.then(terminal.warn);
  shutdown.add(() => watch.close());
  await warm(graph, runtime);
  // Whoever reads "Ready" may edit at once, so edits must be noticed by then. If the watch fails, a warning is printed.
  await Promise.race([watch.ready, watch.failed]);
  const entrance = url + (options.token ? sessions.entrance : "");
  data.announce(url);
  const capacity = runtime.lambda.capacity();
  const { nodes } = runtime;
  const columns = columnsOf(process.stdout);
  const isDefaultData = options.dataDir === path.join(root, defaultDataFolder);
  terminal.line(
    greeting({ url, operator, graph, engine, dataDir: data.path, isDefaultData, capacity, nodes, columns }),
  );
  const seconds = ((Date.now() - started) / 1_000).toFixed(1);
  terminal.sentence(
    `\n${pc.bold(`Ready in ${seconds} s:`)} ${pc.cyan(entrance)}  (API and console, this machine only)`,
  );
  // The stored graph is served meanwhile; a line is printed only if the program differs from it.
  if (kept) await watch.enqueue(refresh);
}

/** The faults of this run; each call that is affected is a line in the terminal. @throws FaultFileError */
function faultsOf({ faultFile, quiet }: StartOptions): Faults | undefined {
  if (faultFile === undefined) return undefined;
  const file = readFaults(faultFile);
  terminal.warn(`Services will fail on purpose: ${file.faults.length} faults of "${faultFile}", seed ${file.seed}.`);
  const onFault = (sentence: string): void => {
    if (!quiet) terminal.sentence(`${pc.yellow("fault")}     ${sentence}`);
  };
  return new Faults(file, { onFault });
}

/** If the model does not load, only a message is printed: everything else works, and an edit may fix it. */
async function warm(graph: Graph, { lambda }: Runtime): Promise<void> {
  try {
    await terminal.stage(
      "warm-up",
      () => warmUp(graph, lambda.invoker),
      (seen) =>
        seen ? `the sample photo is a "${seen.label}" (${seen.probability.toFixed(3)})` : "nothing to warm up",
    );
  } catch (error) {
    if (!shutdown.signal.aborted)
      terminal.error(`The sample photo could not be classified: ${(error as Error).message}`);
  }
}

function describe({ stack, functions, stateMachines, resources }: Graph): string {
  return `stack "${stack}": ${resources.length} resources, ${functions.length} functions, ${stateMachines.length} state machines`;
}

function describeKept(graph: Graph): string {
  return `${describe(graph)}; unchanged since the last run; will be evaluated again after the start`;
}

/** On every start of a sandbox AWS's SDK warns that Node 20 is old; the image has a newer version. */
const quietSdk = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };

function listed(files: readonly string[]): string {
  return files.length > 5 ? `${files.slice(0, 4).join(", ")} and ${files.length - 4} more files` : files.join(", ");
}

function messageOf(error: unknown, graph?: Graph): string {
  if (error instanceof InvalidDefinitions && graph) return withAslFiles(error.message, root, graph);
  const known = [OperatorError, CaptureError, FaultFileError, InvalidDefinitions, NoNode, UnservedProgram].some(
    (type) => error instanceof type,
  );
  const { message, stack = message } = error as Error;
  return known ? message : (systemProblem(error as NodeJS.ErrnoException) ?? stack);
}

try {
  const options = readOptions(process.argv.slice(2), root);
  if (options.help) terminal.line(fitted(help, columnsOf(process.stdout)));
  else await start(options);
} catch (error) {
  if (!shutdown.signal.aborted) {
    terminal.error(messageOf(error, served));
    await shutdown.run(1);
  }
}
