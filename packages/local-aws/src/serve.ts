import { mkdirSync } from "node:fs";
import path from "node:path";
import { type CaptureOptions, capture } from "./capture/capture.ts";
import { readFaults } from "./faults/fault-file.ts";
import { Faults } from "./faults/faults.ts";
import type { Graph } from "./graph.ts";
import { type KeyPair, keptKeyPair } from "./iam/operator-key.ts";
import type { SandboxNode } from "./lambda/sandbox/sandbox-node.ts";
import { createRuntime } from "./runtime.ts";
import { listen } from "./server/server.ts";

export interface ServeOptions extends Omit<CaptureOptions, "endpointBase"> {
  /** Port on loopback; 0 selects any free port. */
  readonly port: number;
  /** Folder for objects, executions, logs and the operator's key; created if it does not exist. */
  readonly dataDir: string;
  /** Variables for every sandbox, in addition to its function's and those that Lambda sets. @default none */
  readonly hostVariables?: Readonly<Record<string, string>>;
  /**
   * The Node executable for all sandboxes.
   * @default the image's version if it is installed, otherwise the one of this process
   */
  readonly node?: string;
  /** @default console.warn */
  readonly warn?: (message: string) => void;
  /** A file with faults that the services inject, in the format of the README. @default none */
  readonly faultFile?: string;
}

export interface Served {
  /** `http://localhost:PORT`: the endpoint of every service. */
  readonly url: string;
  readonly graph: Graph;
  /** The key pair that signs the operator's calls; stored in the data folder. */
  readonly operator: KeyPair;
  /** The Node versions that the sandboxes run on. */
  readonly nodes: readonly SandboxNode[];
  close(): Promise<void>;
}

/**
 * Evaluates a stack's program and serves its resources until `close` is called. Executions that were running at the end
 * of the previous run continue.
 * @throws CaptureError if the program cannot be evaluated
 * @throws NoNode if `node` does not run here as Node
 * @throws FaultFileError if `faultFile` cannot be used
 * @throws InvalidDefinitions if AWS would reject a state machine
 * @throws Error with code "EADDRINUSE" if the port is in use
 */
export async function serve(options: ServeOptions): Promise<Served> {
  const { dataDir, hostVariables = {}, warn = console.warn, faultFile } = options;
  const faults = faultFile === undefined ? undefined : new Faults(readFaults(faultFile), { onFault: warn });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const operator = keptKeyPair(path.join(dataDir, "operator-key.json"));
  const server = await listen(options.port);
  try {
    const { port, url } = server;
    const graph = await capture({ ...options, endpointBase: url });
    for (const warning of graph.warnings) warn(warning);
    if (faultFile !== undefined) faults?.check(graph, faultFile);
    const runtime = await createRuntime({
      graph,
      accepted: false,
      dataDir,
      port,
      operator,
      warn,
      hostVariables,
      faults,
      ...(options.node === undefined ? {} : { node: options.node }),
    });
    server.serve({ ...runtime.surface, page: async () => undefined });
    runtime.recover();
    return {
      url,
      graph,
      operator,
      nodes: runtime.nodes,
      async close() {
        await server.close();
        await runtime.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}
