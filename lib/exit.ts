import { rmSync } from "node:fs";

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const unfinished = new Set<string>();

/**
 * Lets a signal end this process as `process.exit` does, with the exit code of shells. Without it, listeners of "exit" do
 * not run, and the folders of `removeAtExit` stay.
 */
export function exitOnSignals(): void {
  for (const [signal, code] of Object.entries(codes)) process.once(signal, () => process.exit(code));
}

/**
 * Removes a folder if this process ends before the returned function is called. For a command that was interrupted:
 * nothing removes a folder after SIGKILL.
 */
export function removeAtExit(folder: string): () => void {
  if (unfinished.size === 0) process.once("exit", removeAll);
  unfinished.add(folder);
  return () => {
    unfinished.delete(folder);
    if (unfinished.size === 0) process.off("exit", removeAll);
  };
}

function removeAll(): void {
  for (const folder of unfinished) rmSync(folder, { recursive: true, force: true });
}

/** Ends a command whose output cannot be written with a sentence; silently if its reader, such as head, has closed it. */
export function exitWithoutOutput(): void {
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") process.exit();
    const why = code === "ENOSPC" ? "the disk is full" : "check the file and its permissions";
    process.stderr.write(`The output cannot be written (${code}): ${why}.\n`);
    process.exit(1);
  });
}
