import { expect } from "vitest";
import type { Operation, Step } from "./events.ts";

export function nothing({ steps }: Operation): void {
  expect(steps.map(line)).toEqual([]);
}

export function only({ steps }: Operation, op: string): void {
  expect(steps.filter((step) => step.op !== op).map(line), `steps other than ${op}`).toEqual([]);
}

/** Compares the operation, type and changed properties of all steps, in any order. */
export function exactly(expected: readonly string[]): (operation: Operation) => void {
  return ({ steps }) => {
    const found = steps.map(({ op, type, diffs }) => [op, type, ...(op === "update" ? diffs : [])].join(" "));
    expect(found.sort()).toEqual([...expected].sort());
  };
}

/** The types of the resources that an operation treats in one way; the engine's own providers do not count. */
export function typesOf({ steps }: Operation, op: string): readonly string[] {
  return steps.filter((step) => step.op === op && !step.type.startsWith("pulumi:providers:")).map(({ type }) => type);
}

const line = ({ op, type, name, diffs }: Step): string => `${op} ${type} ${name} ${diffs.join(",")}`;
