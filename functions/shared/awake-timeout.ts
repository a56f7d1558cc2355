const tickMs = 50;
/** Maximum time counted between two ticks. The gap is longer only if this process was frozen, asleep or busy. */
const longestTickMs = 250;

/**
 * A signal that aborts after this many milliseconds during which the process was awake. A frozen sandbox, or inference that
 * blocks the event loop, must not look like a slow host. The signal's reason is a DOMException "TimeoutError".
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
      controller.abort(new DOMException(`Nothing arrived within ${milliseconds} ms.`, "TimeoutError"));
    },
    Math.max(1, Math.min(tickMs, milliseconds)),
  );
  return { signal: controller.signal, stop: () => clearInterval(timer) };
}
