import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type SilentServer, silentServer } from "../test-support/silent-server.ts";
import { fetchHttp } from "./http.ts";

/** Only Linux has all of 127.0.0.0/8, so that servers at different addresses can have the same port. */
const linux = process.platform === "linux";
const [fast, silent, late, latest, closed] = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"] as const;

let server: Server;
let port: number;
let silentOne: SilentServer;
let lateOne: SilentServer;
let latestOne: SilentServer;
beforeAll(async () => {
  if (!linux) return;
  server = createServer((_request, response) => response.end("fast"));
  await new Promise<void>((done) => server.listen(0, fast, done));
  port = (server.address() as AddressInfo).port;
  [silentOne, lateOne, latestOne] = await Promise.all([
    silentServer(silent, port, "silent"),
    silentServer(late, port, "late"),
    silentServer(latest, port, "latest"),
  ]);
});
afterAll(async () => {
  if (!linux) return;
  server.close();
  await Promise.all([silentOne, lateOne, latestOne].map((one) => one.close()));
});

type Failure = { code: string; message: string; cause?: { name: string } };

/** Fetches from a name with these addresses; returns the body or what the error says, and the milliseconds. */
async function fetchFrom(addresses: readonly string[], timeoutMs: number, signal?: AbortSignal) {
  const began = performance.now();
  const found = await fetchHttp(new URL(`http://localhost:${port}/`), {
    allowedHosts: [`localhost:${port}`],
    maxBytes: 1_000,
    timeoutMs,
    ...(signal && { signal }),
    resolve: async () => addresses.map((address) => ({ address, family: 4 })),
  }).then(String, ({ code, message, cause }: Failure) => ({ code, message, cause: cause?.name }));
  return { found, ms: performance.now() - began };
}

/** Connections to the address that wait for its response (SYN_SENT, state 2 of the kernel's table). */
function attempts(address: string): number {
  const bytes = Buffer.from(address.split(".").map(Number)).reverse();
  const remote = `${bytes.toString("hex")}:${port.toString(16).padStart(4, "0")} 02`.toUpperCase();
  return readFileSync("/proc/net/tcp", "utf8").split(remote).length - 1;
}

describe.concurrent("connecting", () => {
  it("to the last address may take longer than each of those before it gets", async () => {
    if (!linux) return;
    setTimeout(() => lateOne.accept(), 2_200);
    const { found, ms } = await fetchFrom([closed, late], 20_000);
    expect(found).toBe("late");
    expect(ms).toBeGreaterThan(2_200);
  });

  it("goes on to the next address within two seconds, and sooner if the fetch has less time", async () => {
    if (!linux) return;
    const [patient, hurried] = await Promise.all([
      fetchFrom([silent, fast], 60_000),
      // Two seconds for each of the first two would exceed this time.
      fetchFrom([silent, latest, fast], 3_900),
    ]);
    expect([patient.found, hurried.found]).toEqual(["fast", "fast"]);
    // A timer fires early by as long as the process was busy when it was set.
    expect(patient.ms).toBeGreaterThan(1_500);
    // Without the limit of two seconds, an attempt would get its share of the minute, 20 s.
    expect(patient.ms).toBeLessThan(15_000);
  });

  it("may take longer than the ten seconds that the HTTP client allows by itself", async () => {
    if (!linux) return;
    setTimeout(() => latestOne.accept(), 10_500);
    const { found, ms } = await fetchFrom([latest], 60_000);
    expect(found).toBe("latest");
    expect(ms).toBeGreaterThan(10_500);
  });

  it.each([
    ["one address", [silent]],
    ["several addresses", [silent, late]],
  ])("ends at the configured time, and the message has the time that passed (%s)", async (_what, addresses) => {
    if (!linux) return;
    const { found, ms } = await fetchFrom(addresses, 500);
    // The HTTP client's own timers, a second apart, would cause a ConnectTimeoutError.
    const message = expect.stringMatching(/: it was not connected\.$/);
    expect(found).toEqual({ code: "FetchTimeout", message, cause: "TimeoutError" });
    const passed = Number(/given up after (\d+) ms/.exec(JSON.stringify(found))?.[1]);
    expect(passed).toBeGreaterThanOrEqual(495);
    expect(passed).toBeLessThanOrEqual(Math.ceil(ms));
  });

  it("ends with the call", async () => {
    if (!linux) return;
    const reason = new Error("the call is over");
    const call = new AbortController();
    setTimeout(() => call.abort(reason), 300);
    const { found } = await fetchFrom([silent], 30_000, call.signal);
    expect(found).toEqual({ code: undefined, message: reason.message, cause: undefined });
  });
});

describe("a call that ends while a connection is being made", () => {
  it("ends the attempt to connect, although the server never responds", async () => {
    if (!linux) return;
    const call = new AbortController();
    const fetched = fetchFrom([silent], 30_000, call.signal);
    await vi.waitFor(() => expect(attempts(silent)).toBe(1), { timeout: 15_000, interval: 5 });
    call.abort(new Error("the call is over"));
    await fetched;
    expect(attempts(silent)).toBe(0);
  });
});
