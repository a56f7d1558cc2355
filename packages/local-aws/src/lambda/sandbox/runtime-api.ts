import http from "node:http";
import type { AddressInfo } from "node:net";
import { RuntimeDoor } from "./runtime-door.ts";

/** An invocation as a runtime receives it. `deadline` is in milliseconds since 1970. */
export interface Work {
  readonly requestId: string;
  readonly payload: string;
  readonly deadline: number;
  readonly functionArn: string;
  readonly traceId?: string;
  readonly clientContext?: string;
}

/** The outcome of an invocation. */
export type Outcome =
  | { readonly kind: "response"; readonly payload: string }
  | { readonly kind: "error"; readonly errorType: string; readonly payload: string };

/** The outcome of the initialisation: either the runtime requested its first invocation, or it reported an error. */
export type InitOutcome = { readonly kind: "ready" } | Extract<Outcome, { kind: "error" }>;

/** The Lambda Runtime API for a single runtime process, which handles one invocation at a time. */
export interface RuntimeApi {
  /** `host:port`, the value for AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  readonly initialised: Promise<InitOutcome>;
  /** Passes one invocation to the runtime. @throws Error if another invocation is running */
  run(work: Work): Promise<Outcome>;
  /** Resolves when the runtime requests another invocation. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface RuntimeApiOptions {
  /** Process id of the leader of the runtime's session. If undefined, any process may connect. */
  readonly session?: () => number | undefined;
}

/** The limit on AWS: 6 MiB plus 100 bytes. */
export const maxResponseBytes = 6 * 1024 * 1024 + 100;
const invocationPath = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;

/**
 * Serves the Runtime API (2018-06-01) on a separate loopback port for any runtime client: the simple one in this folder
 * or AWS's. Each runtime needs its own port, because AWS's clients accept `host:port` without a path.
 */
export async function createRuntimeApi(options: RuntimeApiOptions = {}): Promise<RuntimeApi> {
  const host = "127.0.0.1";
  const door = new RuntimeDoor(options.session);
  let address = "";
  let waiting: http.ServerResponse | undefined;
  let queued: Work | undefined;
  /** `taken` is true while the runtime's response is being read. */
  let current: { readonly requestId: string; readonly settle: (outcome: Outcome) => void; taken: boolean } | undefined;
  let initialise: (outcome: InitOutcome) => void = () => undefined;
  const initialised = new Promise<InitOutcome>((resolve) => {
    initialise = resolve;
  });
  let idlers: (() => void)[] = [];

  function deliver(): void {
    if (!waiting || !queued) return;
    const { requestId, payload, deadline, functionArn, traceId, clientContext } = queued;
    waiting.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": requestId,
      "lambda-runtime-deadline-ms": String(deadline),
      "lambda-runtime-invoked-function-arn": functionArn,
      ...(traceId === undefined ? {} : { "lambda-runtime-trace-id": traceId }),
      ...(clientContext === undefined ? {} : { "lambda-runtime-client-context": clientContext }),
    });
    waiting.end(payload);
    waiting = queued = undefined;
  }

  function next(response: http.ServerResponse): void {
    if (waiting) {
      answer(response, 409, { errorType: "Conflict", errorMessage: "Another request waits for work already." });
      return;
    }
    // The runtime has not responded yet, so this request comes from another client or from a faulty runtime.
    if (current && !queued) {
      const errorMessage = `Invocation "${current.requestId}" still runs: respond to it before you ask for the next one.`;
      answer(response, 403, { errorType: "InvalidStateTransition", errorMessage });
      return;
    }
    waiting = response;
    response.on("close", () => {
      if (waiting === response) waiting = undefined;
    });
    initialise({ kind: "ready" });
    const released = idlers;
    idlers = [];
    for (const release of released) release();
    deliver();
  }

  async function settle(request: http.IncomingMessage, response: http.ServerResponse, id: string, kind: string) {
    const running = current;
    if (running?.requestId !== id || running.taken) {
      request.resume();
      return answer(response, 400, {
        errorType: "InvalidRequestID",
        errorMessage: `No invocation "${id}" is running.`,
      });
    }
    const { settle } = running;
    running.taken = true;
    const { text, bytes, broken } = await read(request);
    if (broken) {
      // If the runtime died while it sent the response, its exit determines the outcome. A truncated response from
      // another client is ignored.
      running.taken = false;
      return;
    }
    current = undefined;
    if (text === undefined) {
      const limit = `exceeded maximum allowed payload size (${maxResponseBytes} bytes).`;
      answer(response, 413, { errorType: "RequestEntityTooLarge", errorMessage: `The payload ${limit}` });
      const errorType = "Function.ResponseSizeTooLarge";
      const errorMessage = `Response payload size (${bytes} bytes) ${limit}`;
      return settle({ kind: "error", errorType, payload: JSON.stringify({ errorMessage, errorType }) });
    }
    answer(response, 202, { status: "OK" });
    settle(kind === "response" ? { kind, payload: text } : failure(request, text));
  }

  const server = http.createServer(async (request, response) => {
    const refusal = door.refuse(request, address);
    if (refusal) {
      request.resume();
      const { status, ...body } = refusal;
      return answer(response, status, body);
    }
    const [pathname = "/"] = (request.url ?? "/").split("?");
    const [, id, kind] = invocationPath.exec(pathname) ?? [];
    if (request.method === "GET" && pathname === "/2018-06-01/runtime/invocation/next") return next(response);
    if (request.method === "POST" && pathname === "/2018-06-01/runtime/init/error") {
      const { text, broken } = await read(request);
      if (broken) return;
      answer(response, 202, { status: "OK" });
      return initialise(failure(request, text ?? "{}"));
    }
    if (request.method === "POST" && id !== undefined && kind !== undefined) {
      return settle(request, response, id, kind);
    }
    request.resume();
    return answer(response, 404, { errorType: "NotFound", errorMessage: `${request.method} ${pathname} is unknown.` });
  });
  // A runtime waits until there is an invocation, and keeps its connection open in the meantime.
  server.requestTimeout = server.headersTimeout = server.keepAliveTimeout = server.timeout = 0;
  server.on("clientError", (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, host, resolve));

  address = `${host}:${(server.address() as AddressInfo).port}`;
  return {
    address,
    initialised,
    run(work) {
      if (current) throw new Error(`invocation "${current.requestId}" runs still: a runtime takes one at a time`);
      return new Promise((settle) => {
        current = { requestId: work.requestId, settle, taken: false };
        queued = work;
        deliver();
      });
    },
    idle: () => (waiting ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Reads the body. If it exceeds the limit of a response, only its size is returned. */
async function read(request: http.IncomingMessage): Promise<{ text?: string; bytes: number; broken?: true }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes <= maxResponseBytes) chunks.push(chunk);
      else chunks.length = 0;
    }
  } catch {
    return { bytes, broken: true };
  }
  return bytes > maxResponseBytes ? { bytes } : { text: Buffer.concat(chunks).toString("utf8"), bytes };
}

function failure(request: http.IncomingMessage, text: string): Extract<Outcome, { kind: "error" }> {
  const header = request.headers["lambda-runtime-function-error-type"];
  return { kind: "error", errorType: typeof header === "string" ? header : errorTypeOf(text), payload: text };
}

function errorTypeOf(text: string): string {
  try {
    const { errorType } = JSON.parse(text) as { errorType?: unknown };
    return typeof errorType === "string" ? errorType : "Unknown";
  } catch {
    return "Unknown";
  }
}

function answer(response: http.ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
