import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { HostQueues } from "./host-queue.ts";

describe("fetches of one host", () => {
  it("run at most as many at once as configured; those of another host do not wait for them", async () => {
    const queues = new HostQueues(2);
    const running = { a: 0, b: 0 };
    const most = { a: 0, b: 0 };
    const fetchFrom = (host: "a" | "b") =>
      queues.run(host, undefined, async () => {
        running[host] += 1;
        most[host] = Math.max(most[host], running[host]);
        await sleep(5);
        running[host] -= 1;
        return host;
      });
    const found = await Promise.all([...Array(7).fill("a"), ...Array(3).fill("b")].map(fetchFrom));
    expect(found.join("")).toBe("aaaaaaabbb");
    expect(most).toEqual({ a: 2, b: 2 });
  });

  it("start in the order in which they came", async () => {
    const queues = new HostQueues(1);
    const started: number[] = [];
    await Promise.all([1, 2, 3].map((number) => queues.run("a", undefined, async () => started.push(number))));
    expect(started).toEqual([1, 2, 3]);
  });

  it("that fail let the next one run", async () => {
    const queues = new HostQueues(1);
    const failing = queues.run("a", undefined, () => Promise.reject(new Error("refused")));
    const next = queues.run("a", undefined, async () => "fetched");
    await expect(failing).rejects.toThrow("refused");
    expect(await next).toBe("fetched");
  });

  it("that wait when their call ends do not start, and have the call's reason", async () => {
    const queues = new HostQueues(1);
    const call = new AbortController();
    const first = queues.run("a", undefined, () => sleep(20));
    let started = false;
    const waiting = queues.run("a", call.signal, async () => {
      started = true;
    });
    call.abort(new Error("the call is over"));
    await expect(waiting).rejects.toThrow("the call is over");
    await first;
    expect(started).toBe(false);
    expect(await queues.run("a", undefined, async () => "fetched")).toBe("fetched");
  });
});
