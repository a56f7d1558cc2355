/** `npm run console`: the console of a deployed stack, on this machine. */
import { once } from "node:events";
import * as z from "zod";
import { type ConsoleServer, serveConsole } from "../console/server/deployed/serve.ts";
import { describeStack, type StackFacts } from "../console/server/deployed/stack.ts";
import { Refusal } from "../console/server/refusal.ts";
import { CostSettings } from "../contract/cost/settings.ts";
import { isBlockedPort } from "../lib/blocked-port.ts";
import { fitted } from "../lib/help.ts";
import { parseOptions } from "../lib/options.ts";
import { type RunPulumi, readStackOutputs } from "./api/stack-outputs.ts";
import { CommandFailure, type ExitCode, exitCodes, usage } from "./failure.ts";
import { columnsOf } from "./output/stream.ts";
import type { Surroundings } from "./run.ts";

const defaultPort = 8090;

export const consoleHelp = `npm run console -- [options]

Shows a deployed stack in the console: a page on this machine, which reads AWS with the credentials that AWS's SDK
finds here. The browser gets no credentials. The page reads at most three times per second.

  --stack NAME        The stack, found by its outputs
  --machine ARN       A state machine instead of a stack; its executions, without pictures
  --write             Lets the page start, stop and redrive executions, each after a confirmation
  --port N            Port on this machine (default ${defaultPort})
  --help              This text

Open the printed address: it works once, for one browser. Ctrl-C ends the server.
The rights that it needs are in docs/iam/console-read.json and, with --write, console-write.json.
Exit codes: 0 ended by Ctrl-C; 2 wrong usage; 3 AWS refuses or is unreachable.
`;

const Outputs = z.object({
  stateMachineArn: z.string().startsWith("arn:"),
  stateMachineArns: z.record(z.string(), z.string().startsWith("arn:")),
  /** Absent from stacks that were deployed before there were delayed starts. */
  delayedStartArn: z.string().startsWith("arn:").optional(),
  bucketName: z.string(),
  endpoint: z.url(),
  apiKey: z.string().optional(),
  functionNames: z.record(z.string(), z.string()).default({}),
  /** By the same names as the functions; absent from the outputs of older releases, like the next one. */
  logGroupNames: z.record(z.string(), z.string()).default({}),
  costSettings: z.unknown(),
});

/** The command without its process: serves until it is interrupted. */
export async function openConsole(
  parameters: readonly string[],
  surroundings: Surroundings & { readonly runPulumi?: RunPulumi },
): Promise<ExitCode> {
  const { stdout, stderr, root } = surroundings;
  try {
    const options = readConsoleOptions(parameters);
    if (options.help) {
      stdout.write(fitted(consoleHelp, columnsOf(stdout)));
      return exitCodes.allClassified;
    }
    stderr.write(options.machine === undefined ? "reading the outputs of the stack\n" : "reading the state machine\n");
    const server = await open(await factsOf(options, surroundings), root, options.port);
    const rights = options.write ? "reads and acts on" : "reads";
    stdout.write(
      `The console ${rights} ${options.machine ?? `the stack "${options.stack}"`}:\n\n  ${server.entrance}\n\n`,
    );
    stdout.write("The address works once. Press Ctrl-C to end.\n");
    if (!surroundings.signal?.aborted && surroundings.signal) await once(surroundings.signal, "abort");
    await server.close();
    return exitCodes.allClassified;
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}

async function open(facts: StackFacts, root: string, port: number): Promise<ConsoleServer> {
  try {
    const server = await serveConsole(await describeStack(facts), root, port);
    if (!(await isBlockedPort(port))) return server;
    await server.close();
    throw usage(
      `Browsers refuse to open the port ${port}, because another protocol uses it: choose another one with --port.`,
    );
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const { code, syscall, name, message } = error as NodeJS.ErrnoException;
    if (syscall === "listen") {
      const why = code === "EADDRINUSE" ? "is in use" : `cannot be opened (${code})`;
      throw usage(`The port ${port} ${why}: choose another one with --port.`, { cause: error });
    }
    const text = error instanceof Refusal ? message : `AWS refuses: ${message} (${name})`;
    throw new CommandFailure(exitCodes.endpointRefused, text, { cause: error });
  }
}

interface ConsoleOptions {
  readonly stack: string | undefined;
  readonly machine: string | undefined;
  readonly write: boolean;
  readonly port: number;
  readonly help: boolean;
}

/** Reads the command line. @throws CommandFailure */
function readConsoleOptions(parameters: readonly string[]): ConsoleOptions {
  const { values, positionals } = parseOptions(
    parameters,
    {
      stack: { type: "string" },
      machine: { type: "string" },
      write: { type: "boolean", default: false },
      port: { type: "string", default: String(defaultPort) },
      help: { type: "boolean", short: "h", default: false },
    },
    (message, cause) => usage(message, { cause }),
  );
  const { stack, machine, write, help } = values;
  if (help) return { stack, machine, write, port: defaultPort, help };
  if (positionals.length > 0) throw usage(`console takes no "${positionals[0]}". See --help.`);
  if ((stack === undefined) === (machine === undefined)) {
    throw usage(
      "Name what to show: --stack NAME, or --machine ARN. The service of npm start has its console at its own address.",
    );
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port < 1 || port > 65_535) {
    throw usage(`--port is "${values.port}"; it must be a number from 1 to 65535.`);
  }
  return { stack, machine, write, port, help };
}

async function factsOf(
  { stack, machine, write }: ConsoleOptions,
  { root, runPulumi }: { readonly root: string; readonly runPulumi?: RunPulumi },
): Promise<StackFacts> {
  if (stack === undefined) {
    if (!/^arn:[^:]+:states:[^:]+:\d{12}:stateMachine:[^:]+$/.test(machine ?? "")) {
      throw usage(
        `--machine is "${machine}"; it must be the ARN of a state machine: arn:aws:states:REGION:ACCOUNT:stateMachine:NAME.`,
      );
    }
    return { stack: "", machineArns: [machine ?? ""], writable: write };
  }
  const { success, data } = Outputs.safeParse(await readStackOutputs(stack, { root, runPulumi }));
  if (!success) throw usage(`The stack "${stack}" has not all outputs that the console needs: run pulumi up first.`);
  const { stateMachineArn, stateMachineArns, delayedStartArn, bucketName, endpoint, apiKey } = data;
  const { functionNames, logGroupNames } = data;
  const { memory } = CostSettings.partial().safeParse(data.costSettings).data ?? {};
  const functions = Object.entries(functionNames).map(([title, name]) => ({
    name,
    title,
    logGroup: logGroupNames[title] ?? `/aws/lambda/${name}`,
    memoryMb: memory?.[title as keyof typeof memory],
  }));
  return {
    stack,
    machineArns: [
      ...new Set([stateMachineArn, ...Object.values(stateMachineArns), ...(delayedStartArn ? [delayedStartArn] : [])]),
    ],
    delayedStartArn,
    bucket: bucketName,
    functions,
    costSettings: data.costSettings,
    api: { url: endpoint.replace(/\/+$/, ""), key: apiKey },
    writable: write,
  };
}
