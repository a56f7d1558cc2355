import { ModelError } from "../error.ts";
import { type SymmetricWeights, toSymmetric } from "./integer-weights.ts";
import type { Concatenation, Convolution, Network, Pool } from "./layers.ts";

/** A convolution in integers: unsigned bytes in, signed bytes as weights, sums in 32 bits. */
export interface IntegerConvolution {
  readonly kind: "convolution";
  readonly source: Convolution;
  readonly weights: SymmetricWeights;
  /** Real value of one step of its input. */
  readonly inputScale: number;
  /** Real value of one step of its output. */
  readonly outputScale: number;
}

/** A pool keeps the scale of what it is fed. */
export interface IntegerPool {
  readonly kind: "pool";
  readonly source: Pool;
  readonly outputScale: number;
}

/** All parts must have one scale; those listed in `rescaled` have another and are converted first. */
export interface IntegerConcatenation {
  readonly kind: "concatenation";
  readonly source: Concatenation;
  readonly rescaled: ReadonlyMap<string, number>;
  readonly outputScale: number;
}
export type IntegerLayer = IntegerConvolution | IntegerPool | IntegerConcatenation;

/** Pixels are bytes and count as they are: the network's own scaling is folded into its first convolution. */
const pixelScale = 1;

/**
 * Gives every value of the network the scale that the source recorded for it; no calibration is needed. A convolution
 * that only feeds a concatenation gives its output in the concatenation's scale at once.
 * @throws ModelError "ModelNotUnderstood" when a value inside the network has a zero point: sums would need a correction.
 */
export function toIntegerNetwork(network: Network): readonly IntegerLayer[] {
  const wanted = scalesOf(network);
  const scales = new Map<string, number>([[network.input.name, pixelScale]]);
  const scaleOf = (name: string): number => scales.get(name) ?? Number.NaN;
  return network.layers.map((layer) => {
    const inputScale = scaleOf(layer.inputs[0] ?? "");
    const outputScale =
      layer.kind === "maximum" || layer.kind === "average" ? inputScale : (wanted.get(layer.name) ?? 0);
    scales.set(layer.name, outputScale);
    switch (layer.kind) {
      case "convolution":
        return { kind: "convolution", source: layer, weights: toSymmetric(layer.weights), inputScale, outputScale };
      case "concatenation": {
        const others = layer.inputs.filter((name) => scaleOf(name) !== outputScale);
        const rescaled = new Map(others.map((name) => [name, scaleOf(name)]));
        return { kind: "concatenation", source: layer, rescaled, outputScale };
      }
      default:
        return { kind: "pool", source: layer, outputScale };
    }
  });
}

/** The scale of each layer's output, last layer first, so that a concatenation's scale reaches those that feed it alone. */
function scalesOf({ layers, output }: Network): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const name of layers.flatMap(({ inputs }) => [...inputs])) uses.set(name, (uses.get(name) ?? 0) + 1);
  const scales = new Map<string, number>();
  for (const layer of layers.toReversed()) {
    const { name, quantised } = layer;
    if (quantised.zeroPoint !== 0 && name !== output) {
      throw new ModelError("ModelNotUnderstood", `"${name}" has the zero point ${quantised.zeroPoint}, not 0.`);
    }
    const scale = scales.get(name) ?? quantised.scale;
    scales.set(name, scale);
    if (layer.kind !== "concatenation") continue;
    for (const input of layer.inputs) if (uses.get(input) === 1) scales.set(input, scale);
  }
  return scales;
}
