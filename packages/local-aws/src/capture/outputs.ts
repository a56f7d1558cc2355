import * as pulumi from "@pulumi/pulumi";
import type { Graph } from "../graph.ts";

/** Awaits the program's exports and returns them as the engine would store them. Undefined exports are omitted. */
export async function plainOutputs(exported: Readonly<Record<string, unknown>>): Promise<Graph["outputs"]> {
  const entries = await Promise.all(
    Object.entries(exported).map(async ([name, each]) => {
      const output = pulumi.output(each);
      const [value, secret] = await Promise.all([settled(output), pulumi.isSecret(output)]);
      return [name, { value, secret }] as const;
    }),
  );
  return Object.fromEntries(entries.filter(([, { value }]) => value !== undefined));
}

/** Pulumi's types do not declare `promise`, but unlike `apply` it rejects when the output fails. */
function settled(output: pulumi.Output<unknown>): Promise<unknown> {
  return (output as unknown as { promise(): Promise<unknown> }).promise();
}
