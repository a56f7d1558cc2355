/** Undefined: this process has the lock now; else the id of the process that has it, 0 if not yet known. */
export function takeProcessLock(file: string): number | undefined;
