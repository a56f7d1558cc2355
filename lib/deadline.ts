/**
 * Runs work with a deadline: resolves with its result, or rejects as soon as time is up or `signal` aborts. At that
 * moment the work's signal is aborted too, so that it can stop; a late result is ignored.
 * @param milliseconds for the work; with 0 or less it times out at once
 * @throws the signal's reason; a DOMException "TimeoutError" when time is up; what the work throws
 */
export async function withDeadline<Result>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<Result>,
  outer?: AbortSignal,
): Promise<Result> {
  const timer = new AbortController();
  const signal = outer ? AbortSignal.any([timer.signal, outer]) : timer.signal;
  const timeout = setTimeout(
    () => timer.abort(new DOMException(`The work did not end within ${milliseconds} ms.`, "TimeoutError")),
    Math.max(0, milliseconds),
  );
  try {
    signal.throwIfAborted();
    return await Promise.race([work(signal), aborted(signal)]);
  } finally {
    clearTimeout(timeout);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
