import type { CapturedResource, Program } from "../program/program.ts";
import { type Matched, match } from "./identity.ts";
import { Names } from "./names.ts";

/** The two versions of a stack's program, and the pairs of matching resources. */
export interface Sides {
  readonly before: Program;
  readonly after: Program;
  readonly matched: Matched;
  readonly names: Names;
}

export function sidesOf(before: Program, after: Program): Sides {
  const renamed = withNamesOf(before, after);
  return {
    before: renamed,
    after,
    matched: match(renamed.resources, after.resources),
    names: new Names(before.resources, after.resources),
  };
}

/**
 * The base with the physical names of the head, for resources that were renamed with an alias. AWS keeps the existing
 * physical name, but the capture derives it from the name in the program.
 */
function withNamesOf(before: Program, after: Program): Program {
  const { pairs } = match(before.resources, after.resources);
  const renames = pairs
    .filter((pair) => pair.before.name !== pair.after.name)
    .flatMap((pair) =>
      ["arn", "id", "name"].flatMap((property) => {
        const [old, now] = [pair.before.outputs[property], pair.after.outputs[property]];
        return typeof old === "string" && typeof now === "string" && old !== now ? [[old, now] as const] : [];
      }),
    )
    .sort(([a], [b]) => b.length - a.length);
  if (renames.length === 0) return before;
  const rename = (text: string): string => renames.reduce((all, [old, now]) => all.replaceAll(old, now), text);
  const renamed = (resource: CapturedResource): CapturedResource => {
    const { inputs, outputs } = resource;
    return { ...resource, inputs: mapped(inputs, rename), outputs: mapped(outputs, rename) };
  };
  return { ...before, resources: before.resources.map(renamed) };
}

function mapped<T>(value: T, change: (text: string) => string): T {
  if (typeof value === "string") return change(value) as T;
  if (Array.isArray(value)) return value.map((each) => mapped(each, change)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapped(each, change)])) as T;
}
