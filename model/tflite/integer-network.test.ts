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

/** Two branches, one of them also used elsewhere, and a pool, joined. */
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
  const nodes = toIntegerGraph(network, toIntegerNetwork(network));
  const names = new Set(nodes.map(({ name }) => name));

  it("has each name once, and refers only to nodes that it has", () => {
    expect(names.size).toBe(nodes.length);
    expect(nodes.flatMap(({ input = [] }) => input).filter((name) => !names.has(name))).toEqual([]);
  });

  it("multiplies bytes with constant weights, and keeps the logits' sums", () => {
    const ops = nodes.filter(({ op }) => op.startsWith("QuantizedConv2D")).map(({ op }) => op);
    expect(ops).toEqual([
      ...new Array<string>(3).fill("QuantizedConv2DWithBiasAndReluAndRequantize"),
      "QuantizedConv2DWithBias",
    ]);
    const filters = nodes.filter(({ name }) => name.endsWith("/weights"));
    expect(filters.map(({ op }) => op)).toEqual(["Const", "Const", "Const", "Const"]);
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
  it("are one for each kernel and one for the logits, with the largest weights of either sign", () => {
    const stride = convolution("strided", "first", 0.1, { stride: [2, 2] });
    const { cases, nodes } = toProbe({ ...network, layers: [layers[0] as Layer, stride, layers.at(-1) as Layer] });
    expect(cases.map(({ stride: step, weight, size }) => [step, weight, size])).toEqual([
      [[1, 1], 127, [2, 2]],
      [[2, 2], -127, [3, 3]],
      [[1, 1], 64, [2, 2]],
    ]);
    const names = new Set(nodes.map(({ name }) => name));
    expect(nodes.flatMap(({ input = [] }) => input).filter((name) => !names.has(name))).toEqual([]);
  });
});
