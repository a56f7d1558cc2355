import { spawn } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import { killGroup, memoryOf, residentOf } from "./processes.ts";

const mib = 1024 * 1024;
/** A process that starts another one, which allocates 200 MiB. */
const grandparent = `
  require("node:child_process").spawn(process.execPath, ["-e", "const held = Buffer.alloc(200 * 1024 * 1024, 1); setInterval(() => held, 1000)"]);
  setInterval(() => {}, 1000);
`;

describe("the memory of a sandbox", () => {
  const child = spawn(process.execPath, ["-e", grandparent], { detached: true, stdio: "ignore" });
  afterAll(() => killGroup(child.pid ?? 0));

  it("includes that of the processes which its handler started", async () => {
    await expect.poll(() => memoryOf(child.pid ?? 0).now).toBeGreaterThan(200 * mib);
    expect(memoryOf(child.pid ?? 0).peak).toBeGreaterThan(200 * mib);
  });
});

describe("residentOf", () => {
  it("adds up a tree of processes, and nothing beside it", () => {
    const table = "  1  0  7\n 10  1 100\n 11 10  20\n 12 11   3\n 20  1 999\n";
    expect(residentOf(10, table)).toBe(123 * 1024);
    expect(residentOf(99, table)).toBe(0);
  });
});
