import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { takeProcessLock } from "./process-lock.mjs";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "process-lock-"));
  file = path.join(folder, "lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("is acquired, and names its process", () => {
  expect(takeProcessLock(file)).toBeUndefined();
  expect(readFileSync(file, "utf8")).toBe(String(process.pid));
});

it("reports the process that has it, and can be taken over once that process has ended", async () => {
  const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  try {
    writeFileSync(file, String(other.pid));
    expect(takeProcessLock(file)).toBe(other.pid);
  } finally {
    other.kill("SIGKILL");
    await once(other, "exit");
  }
  expect(takeProcessLock(file)).toBeUndefined();
  expect(readdirSync(folder)).toEqual(["lock"]);
});

it.each(["not a process", "-1", "1.5"])("with the content %j belongs to no process", (content) => {
  writeFileSync(file, content);
  expect(takeProcessLock(file)).toBeUndefined();
});

it("without content belongs to the process that is about to write it, but only briefly", () => {
  writeFileSync(file, "");
  // As if it had been written later, so that it does not grow old while the test waits for a processor.
  utimesSync(file, Date.now() / 1_000 + 60, Date.now() / 1_000 + 60);
  expect(takeProcessLock(file)).toBe(0);
  utimesSync(file, 1_000, 1_000);
  expect(takeProcessLock(file)).toBeUndefined();
});

it("in a missing folder throws the error of the file system", () => {
  expect(() => takeProcessLock(path.join(folder, "absent", "lock"))).toThrow(
    expect.objectContaining({ code: "ENOENT" }),
  );
});

it("is taken over by exactly one of several processes that find it stale at once", async () => {
  writeFileSync(file, "stale");
  const module = JSON.stringify(path.join(import.meta.dirname, "process-lock.mjs"));
  const script = `const { pathToFileURL } = require("node:url");
    import(pathToFileURL(${module}).href).then(({ takeProcessLock }) => {
      console.log(takeProcessLock(${JSON.stringify(file)}) === undefined);
      setInterval(() => {}, 1_000);
    });`;
  const children = Array.from({ length: 4 }, () => spawn(process.execPath, ["-e", script]));
  try {
    const outputs = await Promise.all(
      children.map(async (child) => String((await once(child.stdout, "data"))[0]).trim()),
    );
    expect(outputs.filter((output) => output === "true")).toHaveLength(1);
  } finally {
    for (const child of children) child.kill("SIGKILL");
  }
});
