import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Declared, Graph } from "../graph.ts";
import type { CaptureAnswer, CaptureRequest } from "./request.ts";

export interface CaptureOptions {
  /** Folder of the program, which contains its `Pulumi.yaml`. */
  readonly root: string;
  readonly stack: string;
  /** Configuration that overrides the stack file, by full key (`project:name`); null removes a value. */
  readonly overrides?: Readonly<Record<string, string | null>>;
  /** Environment variables for the program, in addition to those of this process. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Base URL that the API's stage gets. @default http://localhost:8080 */
  readonly endpointBase?: string;
  readonly signal?: AbortSignal;
}

/** The program could not be evaluated; `reason` is the name of the error that the program threw. */
export class CaptureError extends Error {
  override readonly name = "CaptureError";
  readonly reason: string;
  constructor(stack: string, error: { readonly name: string; readonly message: string; readonly stack: string }) {
    // An error with a specific name is a mistake of the operator and needs no stack trace; any other error does.
    const unexpected = ["Error", "TypeError", "ReferenceError", "SyntaxError", "RangeError"].includes(error.name);
    // Pulumi changes some messages after the stack trace was created, so the trace may not contain the message.
    const location = error.stack.includes(error.message) ? error.stack : `${error.message}\n${error.stack}`;
    super(`The program of stack "${stack}" cannot be evaluated. ${unexpected ? location : error.message}`);
    this.reason = error.name;
  }
}

/** Evaluates a stack's program in a separate process so that it can be served. @throws CaptureError */
export async function capture(options: CaptureOptions): Promise<Graph> {
  const answer = await ask(options, "serve");
  if ("graph" in answer) return answer.graph;
  throw failureOf(options.stack, answer);
}

/**
 * Evaluates a stack's program in a separate process so that it can be compared with another version. Unlike `capture`,
 * this uses fixed values instead of random ones, gives every function the same version number, keeps pushed images, and
 * accepts unknown resource types and provider functions.
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
    // Pulumi consists of thousands of CommonJS files that need no transpiling, so only the ESM loader is registered.
    execArgv: ["--import", import.meta.resolve("tsx/esm")],
    cwd: path.resolve(root),
    env: {
      // Loading Pulumi takes most of the time of a capture; Node 22 and later cache the compiled code here.
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
