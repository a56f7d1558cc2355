import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { createConsoleScript } from "./console-script.ts";

const root = path.resolve(import.meta.dirname, "../..");
/** Maximum size of everything that the page loads before it shows something, compressed. */
const mostBytes = 250 * 1024;

it("the page has at most 250 KB, compressed", async () => {
  const style = path.join(root, "console/style");
  const files = [
    await createConsoleScript(root)(),
    ...["index.html", "icon.svg"].map((name) => readFileSync(path.join(root, "console", name))),
    ...readdirSync(style).map((name) => readFileSync(path.join(style, name))),
  ];
  const bytes = files.reduce((sum, file) => sum + gzipSync(file).length, 0);
  expect(bytes).toBeLessThanOrEqual(mostBytes);
  // A bundle that lost its modules would be small.
  expect(bytes).toBeGreaterThan(20 * 1024);
});

it("the page contains no AWS SDK and no code that is not its own or a library's", async () => {
  const script = new TextDecoder().decode(await createConsoleScript(root)());
  expect(script).not.toMatch(/AWS4-HMAC-SHA256|secretAccessKey/);
  expect(script).not.toMatch(/\beval\(|new Function\(/);
});
