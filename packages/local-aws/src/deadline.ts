/** The result of work that had not ended in time. */
export const late = Symbol("late");

/**
 * Waits for work, but not longer than the time given. The work itself goes on.
 * @param milliseconds with 0 or less it is late at once, unless the work has ended already
 * @returns the work's result, or `late`
 * @throws what the work throws in that time
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
