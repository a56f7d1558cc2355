/** Errors of the system that a user can remedy, and the remedy. */
const remedies: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full: free some space, or choose another data folder with --data",
  EDQUOT: "your quota of the disk is used up: free some space, or choose another data folder with --data",
  EROFS: "its file system is read-only: choose another data folder with --data",
  EACCES: "you may not use it: change its permissions or its owner, or choose another data folder with --data",
  EPERM: "you may not use it: change its permissions or its owner, or choose another data folder with --data",
  EMFILE: "too many files are open: raise the limit (ulimit -n)",
  ENFILE: "the system has too many open files: end other programs",
};

/** An error of the file system in one sentence with the remedy; undefined for any other error. */
export function systemProblem({ code = "", path, syscall }: NodeJS.ErrnoException): string | undefined {
  const remedy = remedies[code];
  if (remedy === undefined || syscall === undefined) return undefined;
  return `${path === undefined ? "A file" : `"${path}"`} cannot be used (${code}): ${remedy}.`;
}
