import { type Headroom, headroomOf } from "../../../../contract/headroom/headroom.ts";
import { factsOf, type MemoryUse } from "../../../../contract/headroom/run-facts.ts";
import { runLimitsOf } from "../../../../contract/headroom/run-limits.ts";
import type { Invocation } from "../logs/invocation.ts";
import type { PricedFunction, RunRecord } from "./run-use.ts";

/** How near an execution came to each limit: what `npm run headroom` prints. Memory is known once the log was read. */
export function runHeadroom(
  { events, definition, children, functions, invocations }: RunRecord,
  images: number,
): readonly Headroom[] {
  const facts = factsOf(
    events.map(({ id, previousEventId, type, at, details }) => ({
      id,
      previousEventId,
      type,
      timestamp: new Date(at),
      [`${type}EventDetails`]: details,
    })),
  );
  const limits = runLimitsOf(definition, facts.distributed);
  // Nothing records how many child executions ran at once: at most as many as there were, and as were allowed.
  const concurrency = facts.distributed ? Math.min(children, limits.concurrency) : facts.concurrency;
  const memory = memoryOf(invocations ?? [], functions);
  return headroomOf({ ...facts, images: Math.max(1, images), concurrency, memory }, limits);
}

function memoryOf(invocations: readonly Invocation[], functions: readonly PricedFunction[]): readonly MemoryUse[] {
  const most = new Map<string, MemoryUse>();
  for (const { group, report } of invocations) {
    const name = functions.find(({ logGroup }) => logGroup === group)?.title;
    if (report === undefined || name === undefined || report.usedMb <= (most.get(name)?.usedMb ?? 0)) continue;
    most.set(name, { function: name, usedMb: report.usedMb, sizeMb: report.sizeMb });
  }
  return [...most.values()];
}
