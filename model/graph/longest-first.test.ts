import fc from "fast-check";
import { expect, it } from "vitest";
import type { IntegerLayer } from "../tflite/integer-network.ts";
import { longestFirst } from "./longest-first.ts";

const convolution = (name: string, inputs: readonly string[], outputs: number): IntegerLayer =>
  ({
    kind: "convolution",
    source: { name, inputs },
    weights: { shape: [1, 1, 1, outputs] },
  }) as unknown as IntegerLayer;
const concatenation = (name: string, inputs: readonly string[]): IntegerLayer =>
  ({ kind: "concatenation", source: { name, inputs } }) as unknown as IntegerLayer;
const names = (layers: readonly IntegerLayer[]) => layers.map(({ source }) => source.name);

it("the branch with the most work comes first, although it begins with the least", () => {
  const layers = [
    convolution("first", ["pixels"], 5),
    convolution("short", ["first"], 30),
    convolution("long 1", ["first"], 10),
    convolution("long 2", ["long 1"], 40),
    concatenation("joined", ["short", "long 2"]),
  ];
  expect(names(longestFirst(layers))).toEqual(["first", "long 1", "long 2", "short", "joined"]);
});

it("inputs come before the layers that use them, whatever the network", () => {
  const chosen = fc.record({ outputs: fc.integer({ min: 1, max: 50 }), inputs: fc.array(fc.nat(), { maxLength: 3 }) });
  fc.assert(
    fc.property(fc.array(chosen, { minLength: 1, maxLength: 30 }), (all) => {
      const layers = all.map(({ outputs, inputs }, index) =>
        convolution(`${index}`, index === 0 ? ["pixels"] : inputs.map((input) => `${input % index}`), outputs),
      );
      const sorted = longestFirst(layers);
      expect(names(sorted).toSorted()).toEqual(names(layers).toSorted());
      const position = new Map(names(sorted).map((name, index) => [name, index]));
      for (const { source } of sorted)
        for (const input of source.inputs)
          if (input !== "pixels") expect(position.get(input)).toBeLessThan(position.get(source.name) ?? -1);
    }),
  );
});
