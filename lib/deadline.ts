/** Returned instead of a result if the work did not end in time. */
export const late = Symbol("late");

/**
 * Waits for work, but no longer than the given time. The work itself goes on.
 * @param milliseconds if 0 or less, the result is `late` at once, unless the work has already ended
 * @returns the work's result, or `late`
 * @throws what the work throws in that time
 */
export async function within<Result>(
  milliseconds: number,
  work: Promise<Result> | undefined,
): Promise<Result | undefined | typeof late> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<typeof late>((resolve) => {
    timer = setTimeout(() => resolve(late), Math.max(0, milliseconds));
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Waits for work that cannot be cancelled, for example a DNS lookup, until the signal aborts. Leaves no listener behind.
 * @throws the signal's reason; what the work throws before that
 */
export async function abortable<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  signal.throwIfAborted();
  let stop: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
