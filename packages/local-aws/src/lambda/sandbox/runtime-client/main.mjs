/**
 * The runtime client of a sandbox: loads the declared handler, then processes invocations from the Lambda Runtime API
 * one at a time. Its observable behaviour is that of AWS's own client for Node (`aws-lambda-ric`). It is plain
 * JavaScript without dependencies, because loading it is part of every cold start.
 */
import { callHandler } from "./call.mjs";
import { logError, patchConsole, setRequestId } from "./console.mjs";
import { errorBody, UnhandledPromiseRejection } from "./errors.mjs";
import { loadHandler } from "./handler.mjs";
import { nextInvocation, postError, postInitError, postResponse } from "./runtime-api.mjs";

patchConsole();
// The server that runs the sandboxes has ended. Reporting the error would fail in the same way, endlessly.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => process.exit(1));

/**
 * Reports a failure outside the handler's promise: first as a failed initialisation, later as a failure of the running
 * invocation.
 */
let report = postInitError;

let dying = false;
async function dieOf(title, error, exitCode) {
  if (dying) return;
  dying = true;
  logError(title, error);
  await report(errorBody(error)).catch(() => undefined);
  process.exit(exitCode);
}
process.on("uncaughtException", (error) => void dieOf("Uncaught Exception", error, 129));
process.on("unhandledRejection", (reason) => {
  void dieOf("Unhandled Promise Rejection", new UnhandledPromiseRejection(reason), 128);
});

const handler = await loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER).catch((error) =>
  dieOf("Uncaught Exception", error, 129),
);

for (;;) {
  const invocation = await nextInvocation();
  const { requestId } = invocation;
  setRequestId(requestId);
  report = (body) => postError(requestId, body);
  if (invocation.traceId === undefined) delete process.env._X_AMZN_TRACE_ID;
  else process.env._X_AMZN_TRACE_ID = invocation.traceId;
  let text;
  try {
    text = serialise(await callHandler(handler, invocation));
  } catch (error) {
    logError("Invoke Error", error);
    await postError(requestId, errorBody(error));
    continue;
  }
  await postResponse(requestId, text);
}

function serialise(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? "null";
  } catch (cause) {
    throw new Error("Unable to stringify response body", { cause });
  }
}
