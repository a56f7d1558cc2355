const tickMs = 50;
/** Between two ticks a process that was frozen, asleep or busy counts no more than this: what passed then was nobody's time. */
const longestTickMs = 250;

/**
 * A signal that aborts after so many milliseconds in which this process was awake: a frozen sandbox, or inference that blocks
 * the event loop, must not look like a host that is slow. Its reason is a DOMException "TimeoutError".
 */
export function awakeTimeout(milliseconds: number): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  let passed = 0;
  let ticked = performance.now();
  const timer = setInterval(
    () => {
      const now = performance.now();
      passed += Math.min(now - ticked, longestTickMs);
      ticked = now;
      if (passed < milliseconds) return;
      clearInterval(timer);
      controller.abort(new DOMException(`Nothing came within ${milliseconds} ms.`, "TimeoutError"));
    },
    Math.max(1, Math.min(tickMs, milliseconds)),
  );
  return { signal: controller.signal, stop: () => clearInterval(timer) };
}
