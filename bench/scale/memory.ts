import { memoryOf } from "../../cli/headroom/memory.ts";
import { findTarget } from "../../cli/release/target.ts";
import { peakMbOf, residentMbOf } from "../../lib/peak-memory.ts";
import type { RunningService } from "../../test/lanes/support/service.ts";
import { surroundingsOf } from "./execution.ts";

/** Peaks of memory in megabytes, of the runtime and of each function by its name. */
export type Peaks = Readonly<Record<string, number>>;

const runtime = "runtime";

/** Memory that the one-machine runtime uses now, in megabytes, without its sandboxes. */
export const runtimeMb = (service: RunningService): number => residentMbOf(service.process.pid ?? 0);

/** The peaks of an execution, the functions' from the reports that they logged. */
export async function peaksOf(service: RunningService, startedAt: Date): Promise<Peaks> {
  const target = await findTarget({ endpoint: service.url, dataDir: service.dataDir }, surroundingsOf(service));
  const functions = await memoryOf(target.logs, target.logGroups, [startedAt, new Date()]);
  const peaks: Record<string, number> = { [runtime]: Math.round(peakMbOf(service.process.pid ?? 0)) };
  for (const { function: name, usedMb } of functions) peaks[name] = usedMb;
  return peaks;
}
