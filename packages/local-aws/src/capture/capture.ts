import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Graph } from "../graph.ts";
import type { CaptureAnswer, CaptureRequest } from "./request.ts";

export interface CaptureOptions {
  /** Folder of the program: where `Pulumi.yaml` stands. */
  readonly root: string;
  readonly stack: string;
  /** Configuration that differs from the stack file, by full key (`deep-learning-workflow:allowedImageHosts`); null removes a value. */
  readonly overrides?: Readonly<Record<string, string | null>>;
  /** Cache of built models for the program. @default the user's */
  readonly cacheDir?: string;
  /** Address that the API's stage gets. @default http://localhost:8080 */
  readonly endpointBase?: string;
  readonly signal?: AbortSignal;
}

/** The program could not be evaluated: `reason` is the name of what it threw. */
export class CaptureError extends Error {
  readonly reason: string;
  constructor(stack: string, error: { readonly name: string; readonly message: string; readonly stack: string }) {
    // Mistakes of the operator have names and speak for themselves; anything else needs the place where it happened.
    const unexpected = ["Error", "TypeError", "ReferenceError", "SyntaxError", "RangeError"].includes(error.name);
    // Pulumi changes messages after the stack was written.
    const place = error.stack.includes(error.message) ? error.stack : `${error.message}\n${error.stack}`;
    super(`The program of stack "${stack}" cannot be evaluated. ${unexpected ? place : error.message}`);
    this.name = "CaptureError";
    this.reason = error.name;
  }
}

/** Evaluates the program of a stack in a process of its own. @throws CaptureError */
export async function capture(options: CaptureOptions): Promise<Graph> {
  const { root, stack, overrides = {}, cacheDir, endpointBase = "http://localhost:8080", signal } = options;
  const child = fork(path.join(import.meta.dirname, "child.ts"), {
    // Pulumi's own CommonJS, thousands of files, needs no loader.
    execArgv: ["--import", import.meta.resolve("tsx/esm")],
    cwd: path.resolve(root),
    env: {
      // Most of a capture is loading Pulumi; Node 22 and later keep what they compiled.
      NODE_COMPILE_CACHE: path.join(path.resolve(root), ".build", "compile-cache"),
      ...process.env,
      ...(cacheDir !== undefined && { DLW_CACHE_DIR: cacheDir }),
    },
    serialization: "json",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    ...(signal && { signal }),
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  const request: CaptureRequest = { root: path.resolve(root), stack, overrides, endpointBase };
  const answered = Promise.race([
    once(child, "message").then(([message]) => message as CaptureAnswer),
    once(child, "close").then(([code]): CaptureAnswer => {
      const message = `It ended with code ${code} before it was done. ${printed}`;
      return { error: { name: "ProgramEnded", message, stack: "" } };
    }),
  ]);
  child.send(request);
  try {
    const answer = await answered;
    if ("graph" in answer) return answer.graph;
    throw new CaptureError(stack, answer.error);
  } finally {
    child.kill();
  }
}

/** `node --import tsx local/capture/capture.ts [stack]`: prints the graph of this checkout as JSON. */
if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const graph = await capture({ root: path.resolve(import.meta.dirname, "../.."), stack: process.argv[2] ?? "dev" });
  console.log(JSON.stringify(graph, null, 2));
}
