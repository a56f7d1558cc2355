import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDataFolder } from "./data-folder.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "data-folder-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the data folder", () => {
  it("keeps one API key for all runs, which only the user can read", () => {
    const first = openDataFolder(path.join(folder, "new"));
    const key = first.apiKey();
    first.release();
    const second = openDataFolder(path.join(folder, "new"));
    expect(second.apiKey()).toBe(key);
    expect(key).toMatch(/^[A-Za-z0-9_-]{32}$/);
    if (process.platform !== "win32") expect(statSync(path.join(folder, "new", "api-key")).mode & 0o777).toBe(0o600);
  });

  it("is rejected while another process has it, which the error names", async () => {
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    try {
      writeFileSync(path.join(folder, "server.lock"), String(other.pid));
      expect(() => openDataFolder(folder)).toThrow(new RegExp(`in use by process ${other.pid}.*--data`));
    } finally {
      other.kill("SIGKILL");
      await once(other, "exit");
    }
    expect(() => openDataFolder(folder)).not.toThrow();
  });

  it("is taken over from a process that has ended or left an invalid lock, and is free after release", () => {
    writeFileSync(path.join(folder, "server.lock"), "not a process");
    const data = openDataFolder(folder);
    expect(readFileSync(path.join(folder, "server.lock"), "utf8")).toBe(String(process.pid));
    data.release();
    expect(existsSync(path.join(folder, "server.lock"))).toBe(false);
  });

  it("that cannot be created is an error with a remedy", () => {
    writeFileSync(path.join(folder, "file"), "");
    expect(() => openDataFolder(path.join(folder, "file", "below"))).toThrow(/cannot be written .*--data/);
  });

  it("with an API key that cannot be read is an error with a remedy", () => {
    mkdirSync(path.join(folder, "api-key"));
    const data = openDataFolder(folder);
    expect(() => data.apiKey()).toThrow(/"[^"]*api-key" cannot be read \(EISDIR\): delete/);
    data.release();
  });
});
