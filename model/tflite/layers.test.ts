import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readNetwork, toHwio } from "./layers.ts";
import type { Operator, Tensor, TfliteGraph } from "./tflite.ts";

const tensor = (changed: Partial<Tensor>): Tensor => ({
  name: "t",
  shape: [1],
  type: "uint8",
  data: new Uint8Array(),
  scale: 1,
  zeroPoint: 0,
  ...changed,
});
const operator = (changed: Partial<Operator>): Operator => ({
  kind: "CONV_2D",
  inputs: [0, 1, 2],
  outputs: [3],
  padding: "VALID",
  stride: [1, 1],
  dilation: [1, 1],
  filter: [1, 1],
  axis: 0,
  activation: 0,
  ...changed,
});

/** A single 1 by 1 convolution from two channels to one. */
function graph(weights: readonly number[], bias: number, changed: Partial<Operator> = {}, outputZero = 0): TfliteGraph {
  return {
    inputs: [0],
    outputs: [3],
    operators: [operator(changed)],
    tensors: [
      tensor({ name: "input", shape: [1, 1, 1, 2], scale: 1 / 128, zeroPoint: 128 }),
      tensor({ name: "w", shape: [1, 1, 1, 2], data: Uint8Array.from(weights), scale: 0.25, zeroPoint: 100 }),
      tensor({ name: "b", type: "int32", data: new Uint8Array(Int32Array.of(bias).buffer), scale: 0.5 }),
      tensor({ name: "InceptionV3/Logits/out", shape: [1, 1], zeroPoint: outputZero }),
    ],
  };
}

describe("weights", () => {
  it("move from OHWI to HWIO: every value keeps its four coordinates", () => {
    const side = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(side, side, side, side, (outputs, height, width, inputs) => {
        const data = Uint8Array.from({ length: outputs * height * width * inputs }, (_, index) => index % 251);
        const { bytes, shape } = toHwio(tensor({ shape: [outputs, height, width, inputs], data }));
        expect(shape).toEqual([height, width, inputs, outputs]);
        for (let o = 0; o < outputs; o++) {
          for (let row = 0; row < height * width * inputs; row++) {
            expect(bytes[row * outputs + o]).toBe(data[o * height * width * inputs + row]);
          }
        }
      }),
    );
  });
});

describe("the network", () => {
  it("takes pixels as they are: the input's scaling is folded into the first convolution exactly", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(byte, byte, byte, byte, fc.integer({ min: -1_000, max: 1_000 }), (w0, w1, p0, p1, bias) => {
        const [layer] = readNetwork(graph([w0, w1], bias)).layers;
        if (layer?.kind !== "convolution") throw new Error("no convolution");
        const original = (p: number, w: number) => ((p - 128) / 128) * 0.25 * (w - 100);
        const folded = (p: number, w: number) => p * layer.weights.scale * (w - layer.weights.zeroPoint);
        const expected = original(p0, w0) + original(p1, w1) + bias * 0.5;
        expect(folded(p0, w0) + folded(p1, w1) + (layer.bias[0] ?? Number.NaN)).toBeCloseTo(expected, 3);
      }),
    );
  });

  it("has a ReLU wherever an output's range begins at zero", () => {
    const relu = (zero: number) => readNetwork(graph([1, 2], 0, {}, zero)).layers[0];
    expect([relu(0), relu(53)]).toMatchObject([{ relu: true }, { relu: false }]);
  });

  it("names its layers without the model's own prefix", () => {
    expect(readNetwork(graph([1, 2], 0))).toMatchObject({ output: "Logits/out", input: { name: "pixels" } });
  });

  it("is refused when its first convolution is padded: the fold would be wrong at the border", () => {
    expect(() => readNetwork(graph([1, 2], 0, { padding: "SAME" }))).toThrow("without padding");
  });

  it("is refused when it refers to a tensor that is not there", () => {
    expect(() => readNetwork(graph([1, 2], 0, { inputs: [0, 9, 2] }))).toThrow("refers to tensor 9");
  });
});
