import { expect, it } from "vitest";
import { withDeadline } from "./deadline.ts";

const never = () => new Promise<never>(() => {});

it("resolves with the result of work that ends in time", async () => {
  expect(await withDeadline(10_000, async () => "done")).toBe("done");
});

it("rejects with the work's own error", async () => {
  await expect(withDeadline(10_000, () => Promise.reject(new RangeError("too far")))).rejects.toThrow(RangeError);
});

it("rejects and aborts the work when time is up", async () => {
  let seen: AbortSignal | undefined;
  const late = withDeadline(1, (signal) => {
    seen = signal;
    return never();
  });
  await expect(late).rejects.toMatchObject({ name: "TimeoutError", message: "The work did not end within 1 ms." });
  expect(seen?.aborted).toBe(true);
});

it("rejects with the reason of the caller's signal, and does not start work after it has aborted", async () => {
  const controller = new AbortController();
  const waiting = withDeadline(10_000, never, controller.signal);
  controller.abort(new Error("Ctrl-C"));
  await expect(waiting).rejects.toThrow("Ctrl-C");
  let started = false;
  const refused = withDeadline(
    10_000,
    async () => {
      started = true;
    },
    controller.signal,
  );
  await expect(refused).rejects.toThrow("Ctrl-C");
  expect(started).toBe(false);
});
