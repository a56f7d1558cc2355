import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Scratch, scratchPrefix } from "./scratch.ts";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(path.join(os.tmpdir(), "scratch-test-"));
  chmodSync(parent, 0o777);
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** Larger than any process id that occurs on Linux, macOS or Windows. */
const deadPid = 2 ** 30;

function leftover(name = `${scratchPrefix}${deadPid}-x`): string {
  const folder = path.join(parent, name);
  mkdirSync(path.join(folder, "1"), { recursive: true });
  writeFileSync(path.join(folder, "1", "file"), "");
  return folder;
}

/**
 * Runs a function as an unprivileged user if this process is root, which file permissions do not stop. They stop any
 * other user already.
 */
function asNobody(work: () => void): void {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  try {
    work();
  } finally {
    if (root) process.seteuid?.(0);
  }
}

describe("the folder of the sandboxes", () => {
  it("replaces what a process that is gone left behind, and leaves everything else", async () => {
    const [old, own, other] = [leftover(), leftover(`${scratchPrefix}${process.pid}-x`), leftover("photos")];
    const scratch = new Scratch(parent);
    expect([old, own, other].map(existsSync)).toEqual([false, true, true]);
    expect(existsSync(scratch.folder())).toBe(true);
    await scratch.close();
  });

  it.runIf(process.platform !== "win32")("starts beside one that it may not remove", () => {
    const foreign = leftover();
    chmodSync(path.join(foreign, "1"), 0o500);
    chmodSync(foreign, 0o500);
    asNobody(() => expect(() => new Scratch(parent)).not.toThrow());
    expect(existsSync(foreign)).toBe(true);
    expect(readdirSync(parent)).toHaveLength(2);
    for (const folder of [foreign, path.join(foreign, "1")]) chmodSync(folder, 0o700);
  });
});
