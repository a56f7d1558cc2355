import * as pulumi from "@pulumi/pulumi";
import type { Graph } from "../graph.ts";

/** The program's exports, awaited, as the engine would keep them. Those that are undefined are left out. */
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

/** `promise` is not in Pulumi's types, but unlike `apply` it rejects when the output fails. */
function settled(output: pulumi.Output<unknown>): Promise<unknown> {
  return (output as unknown as { promise(): Promise<unknown> }).promise();
}
