import { expect, it } from "vitest";
import type { Graph, Invoker } from "#local-aws";
import { Batch, sampleKey } from "../contract/workflow.ts";
import { engineOf, warmUp } from "./warm-up.ts";

const graph = {
  accountId: "000000000000",
  functions: [
    { name: "map", arn: "arn:map", command: ["map/handler.handler"] },
    { name: "classify", arn: "arn:classify", command: ["classify/handler.handler"] },
  ],
  objects: [{ bucket: "own", key: sampleKey }],
} as unknown as Graph;

/** An invoker that returns a result for each item of the batch, which it reads as the function does. */
const invoker = (resultOf: (item: Batch["Items"][number]) => object): Invoker => ({
  async invoke({ functionArn, payload }) {
    expect(functionArn).toBe("arn:classify");
    const results = Batch.parse(JSON.parse(payload)).Items.map(resultOf);
    return { payload: JSON.stringify({ results }), requestId: "1", executedVersion: "1" };
  },
});

it("classifies the sample photo by a batch that the function accepts", async () => {
  const predictions = [{ label: "Labrador retriever", probability: 0.9 }];
  const seen = await warmUp(
    graph,
    invoker((item) => ({ ...item, width: 1, height: 1, predictions })),
  );
  expect(seen).toEqual(predictions[0]);
});

it("fails with the error of the photo, and does nothing without a function that classifies", async () => {
  const error = { code: "CorruptImage", message: "It is cut." };
  const failing = invoker((item) => ({ ...item, error }));
  await expect(warmUp(graph, failing)).rejects.toThrow('"classify" could not classify its sample');
  expect(await warmUp({ ...graph, functions: [] }, failing)).toBeUndefined();
});

it("reads the engine and the reason from the line that the function logs, without the reason's code", () => {
  const line = 'INFO {"level":"INFO","message":"it loads (self check passed)","engine":"native"}';
  expect(engineOf(line)).toBe("native: it loads");
  expect([engineOf("START"), engineOf('{"engine":')]).toEqual([undefined, undefined]);
});
