import { readFileSync } from "node:fs";
import path from "node:path";
import { modelDirectory } from "../../../../contract/model.ts";
import type { Workspace } from "../workspace.ts";
import { type Change, change } from "./change.ts";

interface Golden {
  readonly top: { index: number; label: string; probability: number }[];
}

const folder = "another-model";
const json = <Value>(name: string): Value =>
  JSON.parse(readFileSync(path.join(modelDirectory(), name), "utf8")) as Value;

/** Serves a copy of the model in which these files are replaced. */
const swapped = (changed: () => Readonly<Record<string, unknown>>) => (workspace: Workspace) => {
  const texts = Object.entries(changed()).map(([name, value]) => [name, JSON.stringify(value)] as const);
  workspace.copyFolder(modelDirectory(), folder, Object.fromEntries(texts));
  workspace.set("dev", "modelDirectory", `./${folder}`);
};

export const models: readonly Change[] = [
  change(
    "a model with other labels",
    "low",
    swapped(() => {
      const labels = json<string[]>("labels.json");
      return { "labels.json": [...labels.slice(0, -1), "unicorn"] };
    }),
    /the model changed: 1 label removed, 1 added/,
  ),
  change(
    "a model with the same labels and other predictions",
    "low",
    swapped(() => {
      const golden = json<Golden>("golden.json");
      for (const each of golden.top) each.probability /= 2;
      return { "golden.json": golden };
    }),
    /the model changed: the same labels, other golden predictions/,
  ),
  change(
    "a model whose labels have other indices",
    "low",
    swapped(() => ({ "labels.json": json<string[]>("labels.json").reverse() })),
    /the model changed: the same labels have other indices/,
  ),
];
