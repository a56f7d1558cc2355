import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { takeProcessLock } from "../lib/process-lock.mjs";
import { remedy } from "./npm.mjs";
import { Problem, say } from "./problem.mjs";

const waitMinutes = 15;

/**
 * Waits until no other process is installing into this checkout.
 * @returns a function that lets the next process continue
 */
export async function takeTurn(root) {
  const busy = path.join(root, ".build", "bootstrap.lock");
  write(busy, () => mkdirSync(path.dirname(busy), { recursive: true }));
  const until = Date.now() + waitMinutes * 60_000;
  for (let said = false; ; ) {
    const holder = write(busy, () => takeProcessLock(busy));
    if (holder === undefined) return () => rmSync(busy, { force: true });
    if (!said && holder !== 0) {
      say(`process ${holder} (another terminal) is installing; waiting for it`);
      said = true;
    }
    if (Date.now() > until) {
      throw new Problem(
        `Process ${holder} has been installing for ${waitMinutes} minutes. End it, or delete "${busy}".`,
      );
    }
    await delay(300);
  }
}

function write(busy, work) {
  try {
    return work();
  } catch (error) {
    const why = error.code === "ENOSPC" ? remedy(error.code) : "The project's folder must be yours to write.";
    throw new Problem(`"${busy}" cannot be written (${error.code}). ${why}`);
  }
}
