import { readdirSync, readFileSync } from "node:fs";
import { peakMbOf } from "../lib/peak-memory.ts";

/** Megabytes of all processes that a process started, and that these started, each at its own peak. Linux only. */
export function peakMbOfDescendants(pid: number): number {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
  return children.reduce((sum, child) => sum + peakMbOf(child) + peakMbOfDescendants(child), 0);
}
