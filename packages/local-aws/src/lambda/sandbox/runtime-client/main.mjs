/**
 * The runtime client of a sandbox: loads the declared handler, then takes one invocation after the other from the
 * Lambda Runtime API, with the observable behaviour of AWS's own client for Node (`aws-lambda-ric`).
 * Plain JavaScript without dependencies, because every cold start pays for what is loaded here.
 */
import { callHandler } from "./call.mjs";
import { logError, patchConsole, setRequestId } from "./console.mjs";
import { errorBody, UnhandledPromiseRejection } from "./errors.mjs";
import { loadHandler } from "./handler.mjs";
import { nextInvocation, postError, postInitError, postResponse } from "./runtime-api.mjs";

patchConsole();
// The server that runs the sandboxes is gone. Reporting that would fail the same way, endlessly.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => process.exit(1));

/** Where a failure outside the handler's own promise goes: to the initialisation, later to the running invocation. */
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
