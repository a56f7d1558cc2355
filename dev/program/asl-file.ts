import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Graph } from "#local-aws";

/**
 * Adds the ASL file to a message about a state machine, because users edit files. A machine's file is the one with the
 * same states: filling in an ASL file changes values, but never names of states.
 */
export function withAslFiles(message: string, root: string, { stateMachines }: Pick<Graph, "stateMachines">): string {
  const files = new Map(aslFiles(root).map((file) => [statesOf(readFileSync(path.join(root, file), "utf8")), file]));
  return message.replace(/state machine "([^"]+)"/g, (text, name: string) => {
    const definition = stateMachines.find((machine) => machine.name === name)?.definition;
    const file = definition === undefined ? undefined : files.get(statesOf(definition));
    return file === undefined ? text : `${file} (${text})`;
  });
}

function aslFiles(root: string): readonly string[] {
  return readdirSync(path.join(root, "statemachine"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".asl.json"))
    .map((name) => path.posix.join("statemachine", name.split(path.sep).join("/")));
}

/** The names of all states, including nested ones, as one text; "" if it is not JSON. */
function statesOf(text: string): string {
  const names: string[] = [];
  try {
    JSON.parse(text, (key, value: unknown) => {
      if (key === "States" && typeof value === "object" && value !== null) names.push(...Object.keys(value));
      return value;
    });
  } catch {
    return "";
  }
  return names.join("\n");
}
