import { ModelError } from "./error.ts";

/**
 * Reads one label per line. A line break at the end of the file is optional. @throws ModelError "ModelShapeMismatch"
 */
export function readLabels(text: string, classes: number): readonly string[] {
  const labels = text.replace(/\r?\n$/, "").split(/\r?\n/);
  if (labels.length !== classes) {
    throw new ModelError(
      "ModelShapeMismatch",
      `There are ${labels.length} labels for ${classes} classes: give one label per line, in the model's order.`,
    );
  }
  const empty = labels.findIndex((label) => label.trim() === "");
  if (empty !== -1) throw new ModelError("ModelShapeMismatch", `The label of class ${empty} is empty.`);
  return labels;
}
