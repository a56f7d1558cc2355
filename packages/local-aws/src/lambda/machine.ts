import os from "node:os";

/** What this computer has for sandboxes. */
export interface Machine {
  readonly cores: number;
  readonly memoryMb: number;
}

/** Memory of one vCPU's worth of a function; AWS gives processor time in proportion to memory. */
const mbPerCore = 1_769;
/** However small a function is, more sandboxes at once than this only make a computer slower. */
const most = 64;

export function thisMachine(): Machine {
  const constrained = process.constrainedMemory() ?? 0;
  const free = constrained > 0 ? Math.min(os.freemem(), constrained) : os.freemem();
  // A fifth is left to the rest of the computer, this process included.
  return { cores: os.availableParallelism(), memoryMb: Math.floor((free * 0.8) / 1024 / 1024) };
}

/**
 * How many sandboxes of a function this machine runs at once; further calls wait. Each function has a separate limit:
 * a function that waits for others (a synchronous API) must not hold the places those need.
 */
export function sandboxesOf(memorySizeMb: number, { cores, memoryMb }: Machine): number {
  // At least one per core: while one sandbox waits for a download, another can use the processor.
  const byProcessor = Math.max(cores, Math.round((cores * mbPerCore) / memorySizeMb));
  const byMemory = Math.floor(memoryMb / memorySizeMb);
  return Math.max(1, Math.min(byProcessor, byMemory, most));
}
