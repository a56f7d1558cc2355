import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { remedy } from "./npm.mjs";
import { Problem, say } from "./problem.mjs";

const waitMinutes = 15;

/**
 * One installation at a time: the file names the process, and one whose process is gone counts for nothing.
 * @returns the function that lets the next one in
 */
export async function takeTurn(root) {
  const busy = path.join(root, ".build", "bootstrap.lock");
  write(busy, () => mkdirSync(path.dirname(busy), { recursive: true }));
  const until = Date.now() + waitMinutes * 60_000;
  for (let said = false; ; ) {
    if (write(busy, () => writeFileSync(busy, String(process.pid), { flag: "wx" }))) {
      return () => rmSync(busy, { force: true });
    }
    const found = textOf(busy);
    const holder = Number(found);
    if (!isAlive(holder)) {
      removeStale(busy, found);
      continue;
    }
    if (!said) say(`process ${holder} (another terminal) is installing; waiting for it`);
    said = true;
    if (Date.now() > until) {
      throw new Problem(
        `Process ${holder} has been installing for ${waitMinutes} minutes. End it, or delete "${busy}".`,
      );
    }
    await delay(300);
  }
}

/** Whether the file could be made; false when there is one. */
function write(busy, work) {
  try {
    work();
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    // Made, but without room for its content: it would look like one that is about to be written.
    if (error.code === "ENOSPC") rmSync(busy, { force: true });
    const why = error.code === "ENOSPC" ? remedy(error.code) : "The project's folder must be yours to write.";
    throw new Problem(`"${busy}" cannot be written (${error.code}). ${why}`);
  }
}

/** Renamed, not removed: of two that find the same stale file, only one gets it; a new one in its place goes back. */
function removeStale(busy, found) {
  const stale = `${busy}.${process.pid}`;
  try {
    renameSync(busy, stale);
    if (textOf(stale) === found) rmSync(stale, { force: true });
    else renameSync(stale, busy);
  } catch {
    // The other one was first.
  }
}

function isAlive(pid) {
  // An empty file is one that its process is about to write.
  if (!Number.isInteger(pid)) return false;
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function textOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
