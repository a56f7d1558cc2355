import { readdirSync } from "node:fs";
import { ReviewError } from "./review-error.ts";

const stackFile = /^Pulumi\.([A-Za-z0-9_.-]+)\.yaml$/;

/** Names of the stacks that have a file, sorted. */
export const stacksIn = (files: readonly string[]): readonly string[] =>
  files.flatMap((file) => stackFile.exec(file)?.[1] ?? []).sort();

export interface StackList {
  readonly kept: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** @throws ReviewError "Usage" for a chosen stack that exists on neither side */
export function listStacks(root: string, baseFiles: readonly string[], chosen: readonly string[]): StackList {
  const now = stacksIn(readdirSync(root));
  const old = stacksIn(baseFiles);
  const unknown = chosen.find((stack) => !now.includes(stack) && !old.includes(stack));
  if (unknown !== undefined) {
    throw new ReviewError(
      "Usage",
      `There is no stack "${unknown}": no file "Pulumi.${unknown}.yaml". Allowed: ${now.join(", ")}.`,
    );
  }
  const isChosen = (stack: string): boolean => chosen.length === 0 || chosen.includes(stack);
  return {
    kept: now.filter((stack) => old.includes(stack)).filter(isChosen),
    added: now.filter((stack) => !old.includes(stack)).filter(isChosen),
    removed: old.filter((stack) => !now.includes(stack)).filter(isChosen),
  };
}
