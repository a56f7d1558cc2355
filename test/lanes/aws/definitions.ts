import { readFileSync } from "node:fs";
import path from "node:path";
import { type FunctionName, functionDefinitions, functionPlaceholder, liveAlias } from "../../../contract/functions.ts";

const folder = path.resolve(import.meta.dirname, "../../../statemachine");

/** moto's account: both sides are asked about the same ARNs. */
export const account = "123456789012";
export const region = "us-east-1";
export const functionArn = (name: string): string =>
  `arn:aws:lambda:${region}:${account}:function:${name}:${liveAlias}`;

const values: Readonly<Record<string, number | string>> = {
  WorkflowTimeoutSeconds: 300,
  MapTimeoutSeconds: 60,
  ClassifyTimeoutSeconds: 60,
  ReduceTimeoutSeconds: 60,
  ExampleTimeoutSeconds: 30,
  MapConcurrency: 2,
  DistributedMapConcurrency: 2,
  MapExecutionType: "STANDARD",
};

/** A workflow of the product with its placeholders filled as the program fills them. */
export function definitionOf(name: string): string {
  const text = readFileSync(path.join(folder, `${name}.asl.json`), "utf8");
  const filled = text.replace(/"\$\{(\w+)\}"/g, (_match, placeholder: string) => {
    const value = values[placeholder];
    if (value !== undefined) return JSON.stringify(value);
    const names = Object.keys(functionDefinitions) as FunctionName[];
    const named = names.find((candidate) => functionPlaceholder(candidate) === placeholder);
    if (!named) throw new Error(`"${name}" has the placeholder "${placeholder}", which this lane cannot fill`);
    return JSON.stringify(functionArn(named));
  });
  return JSON.stringify(JSON.parse(filled));
}

/** What moto's grammar does not know; of it only ours is judged: the batches of a Distributed Map, and a whole percentage. */
const unknownToMoto = ["ItemBatcher", "ToleratedFailurePercentage"];

export function definitionForMoto(name: string): string {
  return JSON.stringify(JSON.parse(definitionOf(name)), (key, value: unknown) =>
    unknownToMoto.includes(key) ? undefined : value,
  );
}
