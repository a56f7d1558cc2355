#!/usr/bin/env node
/** `local-aws [--stack NAME] [--port N] [--data DIR] [FOLDER]`: serves the Pulumi program of a folder until Ctrl-C. */
import path from "node:path";
import { parseArgs } from "node:util";
import { CaptureError } from "./capture/capture.ts";
import { StackFileError } from "./capture/stack-file.ts";
import { clientEnvironment } from "./client-environment.ts";
import { UnservedProgram } from "./images/unserved.ts";
import { serve } from "./serve.ts";
import { InvalidDefinitions } from "./states/index.ts";

const help = `local-aws [options] [FOLDER]

Evaluates the Pulumi program in FOLDER (default: this folder) and serves its AWS resources on loopback.

  --stack NAME   Stack whose configuration is used: Pulumi.NAME.yaml (default dev)
  --port N       Port (default 4566; 0: any free one)
  --data DIR     Folder for objects, executions, logs and the key (default FOLDER/.local-aws)
  --help         This text
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      stack: { type: "string", default: "dev" },
      port: { type: "string", default: "4566" },
      data: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const root = path.resolve(positionals[0] ?? ".");
  const dataDir = path.resolve(values.data ?? path.join(root, ".local-aws"));
  const served = await serve({ root, stack: values.stack, port: Number(values.port), dataDir });
  const { url, graph, operator } = served;
  console.log(`Serving stack "${graph.stack}" at ${url}. Ctrl-C ends it. For the AWS CLI and SDKs:\n`);
  console.log(clientEnvironment(url, graph.region, operator).join("\n"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void served.close().then(() => process.exit(0)));
  }
}

main().catch((error: unknown) => {
  const known = [CaptureError, StackFileError, InvalidDefinitions, UnservedProgram].some(
    (type) => error instanceof type,
  );
  const { code = "", message, stack = message } = error as NodeJS.ErrnoException;
  console.error(known || code !== "" ? `Error: ${message}` : stack);
  process.exit(1);
});
