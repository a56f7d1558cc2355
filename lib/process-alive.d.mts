/** Whether a process runs, of any user. */
export function isAlive(pid: number): boolean;
