import path from "node:path";
import { editFile } from "../support/edited-copy.ts";

const original = "export const handler = called(async (event";
const renamed = "const sound = called(async (event";

/** A fault that is planted around the handler of `classify`; undefined removes the fault. */
export type Fault = "labels of another model" | "a fifth of the images fails" | `harmless ${string}` | undefined;

const results: Readonly<Record<string, string>> = {
  "labels of another model": `"predictions" in result
    ? { ...result, predictions: result.predictions.map((each) => ({ ...each, label: "teapot" })) }
    : result`,
  "a fifth of the images fails": `"predictions" in result && result.index % 5 === 3
    ? { index: result.index, image: result.image, duplicates: [], error: { code: "ClassificationFailed" as const, message: "planted" } }
    : result`,
};

/**
 * Writes the handler with the fault into a copy of the project. Each fault changes the code, and therefore creates a
 * new release.
 */
export function plant(copy: string, fault: Fault): void {
  editFile(path.join(copy, "functions/classify/handler.ts"), (text) => {
    const sound = text.split("\n// Planted: ")[0]?.replace(renamed, original) ?? "";
    if (!sound.includes(original))
      throw new Error(`functions/classify/handler.ts has no "${original}": correct planted.ts`);
    if (fault === undefined) return sound;
    const changed = results[fault] ?? "result";
    return `${sound.replace(original, renamed)}
// Planted: ${fault}
export async function handler(event: unknown, context: { getRemainingTimeInMillis(): number }): Promise<BatchResult> {
  console.log(${JSON.stringify(`planted: ${fault}`)});
  const { results } = await sound(event, context);
  return { results: results.map((result) => ${changed}) };
}
`;
  });
}
