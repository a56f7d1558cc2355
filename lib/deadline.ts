/**
 * Runs work that must end in time: resolves with its result, or rejects as soon as the time is over or `signal` aborts. The
 * signal that the work gets is aborted then, so that it can stop; its late result is ignored.
 * @param milliseconds for the work; 0 or less: no time at all
 * @throws the signal's reason; a DOMException "TimeoutError" when the time is over; what the work throws
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
