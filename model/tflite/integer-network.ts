import { ModelError } from "../error.ts";
import { type SymmetricWeights, toSymmetric } from "./integer-weights.ts";
import type { Concatenation, Convolution, Network, Pool } from "./layers.ts";

/** A convolution in integers: unsigned bytes as input, signed bytes as weights, 32-bit sums. */
export interface IntegerConvolution {
  readonly kind: "convolution";
  readonly source: Convolution;
  readonly weights: SymmetricWeights;
  /** The real value of one step of its input. */
  readonly inputScale: number;
  /** The real value of one step of its output. */
  readonly outputScale: number;
}

/** A pool's output has the same scale as its input. */
export interface IntegerPool {
  readonly kind: "pool";
  readonly source: Pool;
  readonly outputScale: number;
}

/** All parts must have the same scale. The parts in `rescaled` have a different one and are converted first. */
export interface IntegerConcatenation {
  readonly kind: "concatenation";
  readonly source: Concatenation;
  readonly rescaled: ReadonlyMap<string, number>;
  readonly outputScale: number;
}
export type IntegerLayer = IntegerConvolution | IntegerPool | IntegerConcatenation;

/** The pixels are used as bytes without scaling: the network's own scaling is folded into its first convolution. */
const pixelScale = 1;

/**
 * Gives each value of the network the scale that the source file contains, so no calibration is needed. A convolution
 * whose output is used only by a concatenation writes it directly in the concatenation's scale.
 * @throws ModelError "ModelNotUnderstood" when a value inside the network has a zero point, because sums would then
 * need a correction.
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

/**
 * The scale of each layer's output. Layers are processed from last to first, so that a concatenation's scale reaches
 * the layers whose output only it uses.
 */
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
