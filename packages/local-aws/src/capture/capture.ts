import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Declared, Graph } from "../graph.ts";
import type { CaptureAnswer, CaptureRequest } from "./request.ts";

export interface CaptureOptions {
  /** Folder of the program, with its `Pulumi.yaml`. */
  readonly root: string;
  readonly stack: string;
  /** Configuration that differs from the stack file, by full key (`project:name`); null removes a value. */
  readonly overrides?: Readonly<Record<string, string | null>>;
  /** Environment variables for the program beyond this process's own. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Address that the API's stage gets. @default http://localhost:8080 */
  readonly endpointBase?: string;
  readonly signal?: AbortSignal;
}

/** The program could not be evaluated: `reason` is the name of what it threw. */
export class CaptureError extends Error {
  override readonly name = "CaptureError";
  readonly reason: string;
  constructor(stack: string, error: { readonly name: string; readonly message: string; readonly stack: string }) {
    // Mistakes of the operator have names and speak for themselves; anything else needs the place where it happened.
    const unexpected = ["Error", "TypeError", "ReferenceError", "SyntaxError", "RangeError"].includes(error.name);
    // Pulumi changes messages after the stack was written.
    const location = error.stack.includes(error.message) ? error.stack : `${error.message}\n${error.stack}`;
    super(`The program of stack "${stack}" cannot be evaluated. ${unexpected ? location : error.message}`);
    this.reason = error.name;
  }
}

/** Evaluates the program of a stack in another process, so that it can be served. @throws CaptureError */
export async function capture(options: CaptureOptions): Promise<Graph> {
  const answer = await ask(options, "serve");
  if ("graph" in answer) return answer.graph;
  throw failureOf(options.stack, answer);
}

/**
 * Evaluates the program of a stack in another process, so that it can be compared: fixed values where `capture` makes
 * random ones, one version number for every function, pushed images kept, unknown resource types and provider functions
 * accepted.
 * @throws CaptureError
 */
export async function captureDeclared(options: CaptureOptions): Promise<Declared> {
  const answer = await ask(options, "compare");
  if ("declared" in answer) return answer.declared;
  throw failureOf(options.stack, answer);
}

function failureOf(stack: string, answer: CaptureAnswer): CaptureError {
  const wrong = { name: "ProgramEnded", message: "It gave another answer than it was asked for.", stack: "" };
  return new CaptureError(stack, "error" in answer ? answer.error : wrong);
}

async function ask(options: CaptureOptions, purpose: CaptureRequest["purpose"]): Promise<CaptureAnswer> {
  const { root, stack, overrides = {}, environment = {}, endpointBase = "http://localhost:8080", signal } = options;
  const child = fork(path.join(import.meta.dirname, `child${path.extname(import.meta.filename)}`), {
    // Pulumi's own CommonJS, thousands of files, needs no loader.
    execArgv: ["--import", import.meta.resolve("tsx/esm")],
    cwd: path.resolve(root),
    env: {
      // Most of a capture is loading Pulumi; Node 22 and later keep what they compiled.
      NODE_COMPILE_CACHE: path.join(path.resolve(root), ".build", "compile-cache"),
      ...process.env,
      ...environment,
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
  const request: CaptureRequest = { root: path.resolve(root), stack, overrides, endpointBase, purpose };
  const response = Promise.race([
    once(child, "message").then(([message]) => message as CaptureAnswer),
    once(child, "close").then(([code]): CaptureAnswer => {
      const message = `It ended with code ${code} before it was done. ${printed}`;
      return { error: { name: "ProgramEnded", message, stack: "" } };
    }),
  ]);
  child.send(request);
  try {
    return await response;
  } finally {
    child.kill();
  }
}
