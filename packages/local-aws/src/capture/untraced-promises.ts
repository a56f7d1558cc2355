import { createRequire } from "node:module";

type DebuggablePromise = (promise: Promise<unknown>, context: unknown) => Promise<unknown>;

/**
 * Pulumi records a stack trace for each of its thousands of promises, and prints it for one that never ends if
 * PULUMI_DEBUG_PROMISE_LEAKS is set. With source maps, which tsx turns on, the traces take a fifth of a program's time.
 * Without the variable this leaves them empty; promises that never end are still found. It must be imported
 * after lazy-packages.ts, because it loads a part of Pulumi. A Pulumi without that part is left as it is.
 */
function withoutTraces(): void {
  const debuggable = loaded("./runtime/debuggable.js");
  const debuggablePromise = debuggable?.debuggablePromise;
  if (!debuggable || !debuggablePromise) return;
  debuggable.debuggablePromise = (promise, context) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(promise, context);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}

function loaded(part: string): { debuggablePromise?: DebuggablePromise } | undefined {
  try {
    return createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"))(part);
  } catch {
    return undefined;
  }
}

if (!process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) withoutTraces();
