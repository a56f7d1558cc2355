import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { withAslFiles } from "./asl-file.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "asl-file-"));
  mkdirSync(path.join(root, "statemachine", "examples"), { recursive: true });
  writeFileSync(path.join(root, "statemachine", "main.asl.json"), definition("Map", "Reduce"));
  writeFileSync(path.join(root, "statemachine", "examples", "one.asl.json"), definition("Only"));
  writeFileSync(path.join(root, "statemachine", "broken.asl.json"), "{");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function definition(...names: readonly string[]): string {
  return JSON.stringify({
    States: Object.fromEntries(names.map((name) => [name, { Type: "Task", Resource: "${fill}" }])),
  });
}

it("adds the file of each state machine in a message", () => {
  const stateMachines = [
    { name: "x-workflow-1a", definition: definition("Map", "Reduce").replaceAll("${fill}", "arn") },
    { name: "x-one-2b", definition: definition("Only") },
    { name: "elsewhere", definition: definition("Other") },
  ] as unknown as Parameters<typeof withAslFiles>[2]["stateMachines"];
  const message =
    'state machine "x-workflow-1a" at /States: no\nstate machine "x-one-2b": no\nstate machine "elsewhere": no';
  expect(withAslFiles(message, root, { stateMachines })).toBe(
    [
      'statemachine/main.asl.json (state machine "x-workflow-1a") at /States: no',
      'statemachine/examples/one.asl.json (state machine "x-one-2b"): no',
      'state machine "elsewhere": no',
    ].join("\n"),
  );
});
