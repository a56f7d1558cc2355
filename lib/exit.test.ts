import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, openSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "exit-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a module as a process that may import from this folder. */
function start(code: string, stdout: "pipe" | number = "pipe") {
  const from = (name: string) => JSON.stringify(pathToFileURL(path.join(import.meta.dirname, name)).href);
  const text = code.replace(/from "(\.\/[^"]+)"/g, (_, name: string) => `from ${from(name)}`);
  return spawn(process.execPath, ["--import", import.meta.resolve("tsx"), "--input-type=module", "--eval", text], {
    stdio: ["ignore", stdout, "pipe"],
  });
}

describe.runIf(process.platform !== "win32")("a command that is interrupted", () => {
  it("leaves no unfinished folder", async () => {
    const child = start(`
      import { exitOnSignals } from "./exit.ts";
      import { makeWholeFolder } from "./whole-folder.ts";
      exitOnSignals();
      await makeWholeFolder(${JSON.stringify(path.join(folder, "made"))}, async () => {
        console.log("begun");
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      });
    `);
    await once(child.stdout ?? child, "data");
    expect(readdirSync(folder)).toHaveLength(1);
    child.kill("SIGINT");
    expect(await once(child, "close")).toEqual([130, null]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe.runIf(existsSync("/dev/full"))("a command whose output cannot be written", () => {
  it("ends with a sentence", async () => {
    const child = start(
      `
      import { exitWithoutOutput } from "./exit.ts";
      exitWithoutOutput();
      process.stdout.write("text");
    `,
      openSync("/dev/full", "w"),
    );
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    expect(await once(child, "close")).toEqual([1, null]);
    expect(said).toBe("The output cannot be written (ENOSPC): the disk is full.\n");
  });
});
