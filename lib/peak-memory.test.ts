import { execFileSync } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { ownPeakMb } from "./peak-memory.ts";

const module = pathToFileURL(path.join(import.meta.dirname, "peak-memory.ts")).href;

it("is that of the process alone, not of the larger one that started it", () => {
  const held = Buffer.alloc(512 << 20, 1);
  const program = `import(${JSON.stringify(module)}).then(({ ownPeakMb }) => console.log(ownPeakMb()))`;
  const peakMb = Number(execFileSync(process.execPath, ["--import", "tsx", "-e", program], { encoding: "utf8" }));
  expect(held.length).toBe(512 << 20);
  expect(ownPeakMb()).toBeGreaterThan(512);
  expect(peakMb).toBeGreaterThan(20);
  expect(peakMb).toBeLessThan(400);
});
