import type { Risk } from "../../../../review/risk.ts";
import type { Workspace } from "../workspace.ts";

export interface Change {
  readonly title: string;
  readonly plant: (workspace: Workspace) => void;
  /** A difference of the base from this checkout, for changes of features that this project does not use. */
  readonly base?: (workspace: Workspace) => void;
  readonly risk: Risk;
  /** Patterns that the first five lines of the stack's section must match. */
  readonly says: readonly RegExp[];
  /** @default dev */
  readonly stack?: string;
}

const main = "statemachine/deep-learning-workflow.asl.json";
export type State = Record<string, unknown>;
interface Machine {
  StartAt: string;
  States: Record<string, State & { ItemProcessor?: Machine; Next?: string; Retry?: State[]; Catch?: State[] }>;
  TimeoutSeconds?: unknown;
  Comment?: string;
}

export const workflow = (change: (machine: Machine) => void) => (workspace: Workspace) =>
  workspace.json(main, change as never);
export const replace = (folder: string, text: string | RegExp, by: string) => (workspace: Workspace) =>
  workspace.replace(folder, text, by);
export const set =
  (key: string, value: string, stack = "dev") =>
  (workspace: Workspace) =>
    workspace.set(stack, key, value);
export const state = (machine: Machine, name: string) => {
  const found =
    machine.States[name] ??
    Object.values(machine.States)
      .map(({ ItemProcessor }) => ItemProcessor?.States[name])
      .find(Boolean);
  if (!found) throw new Error(`There is no state "${name}".`);
  return found;
};

export const setIn = (name: string, key: string, value: unknown) =>
  workflow((m) => void Object.assign(state(m, name), { [key]: value }));

/** Renames a state of the main workflow, including all references to it. */
export const renameState = (from: string, to: string) => (workspace: Workspace) =>
  workspace.write(main, workspace.read(main).replaceAll(`"${from}"`, `"${to}"`));

export const change = (title: string, risk: Risk, plant: Change["plant"], ...says: RegExp[]): Change => ({
  title,
  risk,
  plant,
  says,
});
export const onProd = (each: Change): Change => ({ ...each, stack: "prod" });
