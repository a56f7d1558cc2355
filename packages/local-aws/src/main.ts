#!/usr/bin/env node
/**
 * Usage: `local-aws [--stack NAME] [--port N] [--data DIR] [--node FILE] [--faults FILE] [FOLDER]`. Serves the Pulumi
 * program in a folder until Ctrl-C.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { CaptureError } from "./capture/capture.ts";
import { StackFileError } from "./capture/stack-file.ts";
import { clientEnvironment } from "./client-environment.ts";
import { FaultFileError } from "./faults/fault-file.ts";
import { UnservedProgram } from "./images/unserved.ts";
import { describeNode, NoNode } from "./lambda/sandbox/sandbox-node.ts";
import { serve } from "./serve.ts";
import { InvalidDefinitions } from "./states/index.ts";

const help = `local-aws [options] [FOLDER]

Evaluates the Pulumi program in FOLDER (default: this folder) and serves its AWS resources on loopback.

  --stack NAME   Stack whose configuration is used: Pulumi.NAME.yaml (default dev)
  --port N       Port (default 4566; 0: any free one)
  --data DIR     Folder for objects, executions, logs and the key (default FOLDER/.local-aws)
  --node FILE    Node of the sandboxes (default: the image's version where it is installed, else the one that runs this)
  --faults FILE  JSON file of faults that the services inject (see the README)
  --help         This text
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      stack: { type: "string", default: "dev" },
      port: { type: "string", default: "4566" },
      data: { type: "string" },
      node: { type: "string" },
      faults: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const root = path.resolve(positionals[0] ?? ".");
  const dataDir = path.resolve(values.data ?? path.join(root, ".local-aws"));
  const { stack, node, faults } = values;
  const port = portOf(values.port);
  const served = await serve({
    root,
    stack,
    port,
    dataDir,
    ...(node === undefined ? {} : { node }),
    ...(faults === undefined ? {} : { faultFile: faults }),
  });
  const { url, graph, operator } = served;
  for (const each of served.nodes) console.log(`Sandboxes: ${describeNode(each)}.`);
  console.log(`Serving stack "${graph.stack}" at ${url}. Ctrl-C ends it. For the AWS CLI and SDKs:\n`);
  console.log(clientEnvironment(url, graph.region, operator).join("\n"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void served.close().then(() => process.exit(0)));
  }
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw Object.assign(new Error(`--port is "${text}"; it must be a whole number from 0 to 65535.`), {
    code: "ERR_USAGE",
  });
}

main().catch((error: unknown) => {
  const known = [CaptureError, FaultFileError, StackFileError, InvalidDefinitions, NoNode, UnservedProgram].some(
    (type) => error instanceof type,
  );
  const { code = "", message, stack = message } = error as NodeJS.ErrnoException;
  console.error(known || code !== "" ? `Error: ${message}` : stack);
  process.exit(1);
});
