import { execFile } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";

function run(...parameters: string[]): Promise<{ readonly code: number; readonly stderr: string }> {
  const main = path.join(import.meta.dirname, "main.ts");
  return new Promise((resolve) => {
    execFile(process.execPath, ["--import", "tsx", main, ...parameters], (error, _stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stderr });
    });
  });
}

describe("npm run cost", () => {
  it.each([
    [[], '--images is missing: name how many images one request has, such as "--images 1000".'],
    [["--images", "1,000"], '--images is "1,000". Allowed: a whole number from 1 to 9999999'],
  ])("with %j ends with 2 and one sentence", async (parameters, sentence) => {
    expect(await run(...parameters)).toEqual({ code: 2, stderr: expect.stringContaining(sentence) });
  });

  it("prints each problem of the settings in its own line", async () => {
    const { code, stderr } = await run("--images", "1", "--set", "batchSize=0", "--set", "mapTimeout=x");
    expect(code).toBe(1);
    expect(stderr.split("\n").filter((line) => line.startsWith('- "'))).toHaveLength(2);
  });
});
