import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { isAlive } from "./process-alive.mjs";

/** An empty lock file younger than this is about to be written by its process. */
const beingWrittenMs = 2_000;

/**
 * Acquires a lock file for this process unless a running process has it. The lock of a process that has ended is taken
 * over at once, unlike a lock that expires. Plain JavaScript, because it also runs before any package is installed.
 * @param {string} file its folder must exist
 * @returns {number | undefined} undefined: this process has acquired the lock; otherwise the process that has it, 0 if not yet known
 * @throws Error of the file system, for example with code "ENOSPC" or "EACCES"
 */
export function takeProcessLock(file) {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return undefined;
    } catch (error) {
      // The file exists but the disk is full: left empty, it would look like one that is about to be written.
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

/**
 * Renames instead of removing: if two processes find the same stale file, only one succeeds; a new file that was caught
 * is put back.
 */
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
