import os from "node:os";

/** The capacity that this computer has for sandboxes. */
export interface Machine {
  readonly cores: number;
  readonly memoryMb: number;
}

/** Function memory that corresponds to one vCPU. AWS allocates processor time in proportion to memory. */
const mbPerCore = 1_769;
/** Upper limit of sandboxes at once, however small a function is: more would only slow the computer down. */
const most = 64;

export function thisMachine(): Machine {
  const constrained = process.constrainedMemory() ?? 0;
  const free = constrained > 0 ? Math.min(os.freemem(), constrained) : os.freemem();
  // One fifth is left for the rest of the computer, including this process.
  return { cores: os.availableParallelism(), memoryMb: Math.floor((free * 0.8) / 1024 / 1024) };
}

/**
 * Returns how many sandboxes of a function this machine runs at once; further calls wait. Each function has a separate
 * limit, so that a function which waits for others (a synchronous API) does not take the sandboxes that they need.
 */
export function sandboxesOf(memorySizeMb: number, { cores, memoryMb }: Machine): number {
  // At least one per core: while one sandbox waits for a download, another can use the processor.
  const byProcessor = Math.max(cores, Math.round((cores * mbPerCore) / memorySizeMb));
  const byMemory = Math.floor(memoryMb / memorySizeMb);
  return Math.max(1, Math.min(byProcessor, byMemory, most));
}
