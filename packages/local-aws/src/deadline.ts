/** The result of `within` if the work has not finished in time. */
export const late = Symbol("late");

/**
 * Waits for work up to a time limit. The work itself continues afterwards.
 * @param milliseconds if 0 or less, the result is `late` at once, unless the work has already finished
 * @returns the work's result, or `late`
 * @throws the error that the work throws within the time limit
 */
export async function within<Value>(milliseconds: number, work: Promise<Value>): Promise<Value | typeof late> {
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
