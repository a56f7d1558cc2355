import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { operations } from "./operations.ts";

const page = path.resolve(import.meta.dirname, "../src");
const source = readdirSync(page, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !/\.test\.ts$|test-support/.test(file))
  .map((file) => readFileSync(path.join(page, file), "utf8"))
  .join("\n");

it("has exactly the operations of Step Functions that the page calls", () => {
  const called = [...source.matchAll(/#call\("(\w+)"/g)].map(([, name]) => name);
  expect([...new Set(called)].sort()).toEqual(Object.keys(operations["states"] ?? {}).sort());
});
