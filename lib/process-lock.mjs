import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";

/** A lock file without content younger than this is one that its process is about to write. */
const beingWrittenMs = 2_000;

/**
 * Takes a lock file for this process unless a living process has it; a lock whose process is gone is taken over at once,
 * which a lock that expires by time could not do. Plain JavaScript, because it also runs before any package is installed.
 * @param {string} file its folder must exist
 * @returns {number | undefined} undefined: this process has the lock now; else the process that has it, 0 if not yet known
 * @throws Error of the file system, for example with code "ENOSPC" or "EACCES"
 */
export function takeProcessLock(file) {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return undefined;
    } catch (error) {
      // Made, but without room for its content: it would look like one that is about to be written.
      if (error.code === "ENOSPC") rmSync(file, { force: true });
      if (error.code !== "EEXIST") throw error;
    }
    const found = contentOf(file);
    if (found === undefined) continue;
    const holder = Number(found);
    if (found === "" && isYoung(file)) return 0;
    if (holder !== process.pid && isAlive(holder)) return holder;
    removeStale(file, found);
  }
}

/** Renamed, not removed: of two that find the same stale file, only one gets it; a new one that took its place goes back. */
function removeStale(file, found) {
  const stale = `${file}.${process.pid}`;
  try {
    renameSync(file, stale);
    if (contentOf(stale) === found) rmSync(stale, { force: true });
    else renameSync(stale, file);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** @param {string} file */
function isYoung(file) {
  try {
    return Date.now() - statSync(file).mtimeMs < beingWrittenMs;
  } catch {
    return false;
  }
}

/** @param {string} file */
function contentOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
