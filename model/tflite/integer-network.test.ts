import { describe, expect, it } from "vitest";
import { toIntegerGraph } from "../graph/integer-graph.ts";
import { toProbe } from "../graph/probe-graph.ts";
import { verifyIntegers } from "../verify.ts";
import { toIntegerNetwork } from "./integer-network.ts";
import type { Convolution, Layer, Network } from "./layers.ts";

const convolution = (name: string, from: string, scale: number, changed: Partial<Convolution> = {}): Convolution => ({
  kind: "convolution",
  name,
  quantised: { scale, zeroPoint: 0 },
  inputs: [from],
  padding: "SAME",
  stride: [1, 1],
  dilation: [1, 1],
  weights: { shape: [1, 1, 2, 2], bytes: Uint8Array.of(129, 130, 127, 126), scale: 0.5, zeroPoint: 128 },
  bias: Float32Array.of(1, 2),
  relu: true,
  ...changed,
});

/** A network with two branches, one of which is also used elsewhere, a pool, and a concatenation. */
const layers: readonly Layer[] = [
  convolution("first", "pixels", 0.1),
  {
    kind: "maximum",
    name: "pool",
    quantised: { scale: 0.1, zeroPoint: 0 },
    inputs: ["first"],
    padding: "VALID",
    stride: [2, 2],
    filter: [3, 3],
  },
  convolution("alone", "first", 0.2),
  convolution("shared", "first", 0.2),
  {
    kind: "concatenation",
    name: "joined",
    quantised: { scale: 0.4, zeroPoint: 0 },
    inputs: ["alone", "shared", "pool"],
  },
  convolution("logits", "shared", 0.3, { relu: false, quantised: { scale: 0.3, zeroPoint: 53 } }),
];
const network: Network = { input: { name: "pixels", size: 4, channels: 2 }, layers, output: "logits", classes: 2 };
const named = (name: string) => toIntegerNetwork(network).find(({ source }) => source.name === name);

describe("the scales of the integer network", () => {
  it("are those of the source, and pixels count as they are", () => {
    expect(named("first")).toMatchObject({ inputScale: 1, outputScale: 0.1 });
  });

  it("are the concatenation's for a convolution that feeds nothing else", () => {
    expect([named("alone"), named("shared")]).toMatchObject([{ outputScale: 0.4 }, { outputScale: 0.2 }]);
  });

  it("are converted where a part of a concatenation has another", () => {
    expect(named("joined")).toMatchObject({
      rescaled: new Map([
        ["shared", 0.2],
        ["pool", 0.1],
      ]),
      outputScale: 0.4,
    });
  });

  it("are refused where a value inside the network has a zero point", () => {
    const changed = layers.map((layer) =>
      layer.name === "shared"
        ? convolution("shared", "first", 0.2, { quantised: { scale: 0.2, zeroPoint: 7 } })
        : layer,
    );
    expect(() => toIntegerNetwork({ ...network, layers: changed })).toThrow('"shared" has the zero point 7');
  });
});

describe("the integer graph", () => {
  const { nodes, signature, weights } = toIntegerGraph(network, toIntegerNetwork(network));
  const names = new Set(nodes.map(({ name }) => name));

  it("has each name once, and refers only to nodes that it has", () => {
    expect(names.size).toBe(nodes.length);
    expect(nodes.flatMap(({ input = [] }) => input).filter((name) => !names.has(name))).toEqual([]);
  });

  it("names TensorFlow's kernels themselves, and keeps the logits' sums", () => {
    const ops = nodes.filter(({ op }) => op.includes("QuantizedConv2D")).map(({ op }) => op);
    expect(ops).toEqual([
      ...new Array<string>(3).fill("_MklQuantizedConv2DWithBiasAndReluAndRequantize"),
      "_MklQuantizedConv2DWithBias",
    ]);
  });

  it("takes its weights as inputs, each at a multiple of 64 of the file", () => {
    const filters = nodes.filter(({ name }) => name.endsWith("/weights"));
    expect(filters.map(({ op }) => op)).toEqual(new Array<string>(4).fill("Placeholder"));
    expect(signature.mapped).toEqual(
      ["first", "alone", "shared", "logits"].map((layer, index) => ({
        op: `${layer}/weights`,
        offset: 64 * index,
        shape: [1, 1, 2, 2],
      })),
    );
    expect(weights.length).toBe(256);
    expect([...weights.subarray(64, 69)]).toEqual([1, 2, 255, 254, 0]);
  });
});

describe("the verification of the integer form", () => {
  it("passes what the converter makes and refuses weights that could saturate", () => {
    const made = toIntegerNetwork(network);
    expect(() => verifyIntegers(made)).not.toThrow();
    const spoilt = made.map((layer) =>
      layer.kind === "convolution" && layer.source.name === "shared"
        ? { ...layer, weights: { ...layer.weights, values: Int8Array.of(100, 1, 100, 1) } }
        : layer,
    );
    expect(() => verifyIntegers(spoilt)).toThrow('"shared" reach 100 (at most 127) and 200 in pairs (at most 128)');
  });
});

describe("the probe's cases", () => {
  it("are one for each kernel shape, with the largest weights of either sign", () => {
    const wide = { shape: [1, 1, 2, 3], bytes: new Uint8Array(6), scale: 0.5, zeroPoint: 128 } as const;
    const made = [
      convolution("first", "pixels", 0.1),
      convolution("again", "first", 0.1),
      convolution("strided", "first", 0.1, { stride: [2, 2] }),
      convolution("wide", "first", 0.1, { weights: wide }),
      convolution("logits", "wide", 0.1, { weights: { ...wide, shape: [1, 1, 3, 2] } }),
    ];
    const { cases, nodes } = toProbe({ ...network, layers: made });
    expect(cases.map(({ stride, inputs, outputs, weight, size }) => [stride, inputs, outputs, weight, size])).toEqual([
      [[1, 1], 2, 2, 127, [2, 2]],
      [[2, 2], 2, 2, -127, [3, 3]],
      [[1, 1], 2, 3, 127, [2, 2]],
      [[1, 1], 3, 2, -64, [2, 2]],
    ]);
    const names = new Set(nodes.map(({ name }) => name));
    expect(nodes.flatMap(({ input = [] }) => input).filter((name) => !names.has(name))).toEqual([]);
  });
});
