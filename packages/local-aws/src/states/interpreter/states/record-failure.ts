import type { Branch } from "../branch.ts";
import { Cancelled } from "../error.ts";

/** Runs the branches of a Map or Parallel state and records the state's own failure event where one of them fails. */
export async function recordFailure<Value>(branch: Branch, type: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Cancelled)) await branch.record(type);
    throw error;
  }
}
