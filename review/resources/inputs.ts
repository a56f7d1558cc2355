import { createHash } from "node:crypto";
import { canonical, type Difference, differences } from "../../lib/canonical.ts";
import type { CapturedResource } from "../program/program.ts";
import type { Pair } from "./identity.ts";
import { withDefaults } from "./knowledge.ts";

/**
 * A resource's inputs as AWS would see them: with defaults filled in, JSON parsed, and secrets replaced with hashes.
 */
export function seenInputs(resource: CapturedResource): unknown {
  const filled = withDefaults(resource.type, resource.inputs);
  for (const secret of resource.secretInputs) hide(filled as Record<string, unknown>, secret.split("."));
  return canonical(filled);
}

function hide(object: Record<string, unknown>, [first = "", ...rest]: readonly string[]): void {
  const value = object[first];
  if (rest.length === 0) {
    object[first] = {
      secret: createHash("sha256")
        .update(JSON.stringify(value) ?? "")
        .digest("hex"),
    };
    return;
  }
  if (typeof value === "object" && value !== null) hide(value as Record<string, unknown>, rest);
}

/** The inputs that differ for AWS, without those in `ignoreChanges`. */
export function inputDifferences({ before, after }: Pair): readonly Difference[] {
  const ignored = after.options.ignoreChanges;
  return differences(seenInputs(before), seenInputs(after)).filter(
    ({ path }) => !ignored.some((each) => each === "*" || path === each || path.startsWith(`${each}.`)),
  );
}
