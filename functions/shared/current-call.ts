import { AsyncLocalStorage } from "node:async_hooks";

const calls = new AsyncLocalStorage<{ readonly requestId: string | undefined }>();

/** Runs one call of the function: what it logs has the request id. */
export function inCall<Result>(requestId: string | undefined, work: () => Result): Result {
  return calls.run({ requestId }, work);
}

/** Lambda's id of the call that is running here; undefined outside a call. */
export function currentRequestId(): string | undefined {
  return calls.getStore()?.requestId;
}
