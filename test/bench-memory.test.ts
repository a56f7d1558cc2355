import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, expect, it } from "vitest";
import { peakMbOfDescendants } from "../bench/peak-memory.ts";

/** A process that starts another, which held 200 MiB and gave them back. */
const inner = `
  const bytes = 200 * 1024 * 1024;
  let held = new Uint8Array(bytes).fill(1);
  held = undefined;
  gc();
  console.log("done");
  setInterval(() => {}, 1000);
`;
const outer = `
  const { spawn } = require("node:child_process");
  spawn(process.execPath, ["--expose-gc", "-e", ${JSON.stringify(inner)}], { stdio: ["ignore", "inherit", "ignore"] });
  setInterval(() => {}, 1000);
`;

const groups: number[] = [];
afterEach(() => {
  for (const pid of groups.splice(0)) process.kill(-pid, "SIGKILL");
});

it("the benchmark counts the peak of every process that the measured one started", async () => {
  // The benchmark's memory is read from /proc.
  if (process.platform !== "linux") return;
  const child = spawn(process.execPath, ["-e", outer], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
  const pid = child.pid ?? 0;
  groups.push(pid);
  await once(child.stdout, "data");
  // The child of the child alone: its buffer, and Node.
  expect(peakMbOfDescendants(pid)).toBeGreaterThan(220);
  // Of this process, the child as well: another Node.
  expect(peakMbOfDescendants(process.pid)).toBeGreaterThan(peakMbOfDescendants(pid) + 20);
});
