import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { Faults, type Graph, readFaults } from "#local-aws";
import { functionDefinitions } from "../contract/functions.ts";

const root = path.resolve(import.meta.dirname, "..");

it("the fault file in docs/local-server.md can be used with this program", () => {
  const text = readFileSync(path.join(root, "docs/local-server.md"), "utf8");
  const [, example = ""] = /\n## Faults\n[\s\S]*?```json\n([\s\S]*?)```/.exec(text) ?? [];
  const folder = mkdtempSync(path.join(os.tmpdir(), "dlw-faults-"));
  try {
    const file = path.join(folder, "faults.json");
    writeFileSync(file, example);
    const functions = Object.keys(functionDefinitions).map((name) => ({ name, command: [`${name}/handler.handler`] }));
    const faults = new Faults(readFaults(file));
    expect(() => faults.check({ functions } as unknown as Graph, file)).not.toThrow();
    expect(faults.struck).toHaveLength(5);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
