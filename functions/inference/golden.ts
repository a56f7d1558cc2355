import type { ModelFolder } from "./description.ts";
import { type Engine, EngineUnavailable, type Precision } from "./engine.ts";
import { probabilitiesOf, topK } from "./probabilities.ts";

/** A picture takes 20 to 70 ms of every start. */
const picturesAtStart = 2;

interface GoldenWay {
  readonly precision: Precision;
  /** Also the pictures that a start leaves out, in int8. */
  readonly everyPicture: boolean;
}

/**
 * Classifies golden pictures and compares the results with the golden predictions; this is also the engine's first
 * run. int8, whose rounding depends on the picture, is checked with several pictures, float32 only with the first.
 * @throws EngineUnavailable "wrong labels" that names the first difference. The engine is closed if this fails.
 */
export async function checkGolden(engine: Engine, way: GoldenWay, folder: ModelFolder): Promise<void> {
  try {
    await compare(engine, way, folder);
  } catch (error) {
    engine.close();
    throw error;
  }
}

async function compare(engine: Engine, { precision, everyPicture }: GoldenWay, folder: ModelFolder): Promise<void> {
  const { golden, goldenPixels, labels } = folder;
  const tolerance = precision === "int8" ? (golden.integerTolerance ?? golden.tolerance) : golden.tolerance;
  const length = goldenPixels.length / (1 + golden.others.length);
  const most = precision === "float32" ? 1 : everyPicture ? 1 + golden.others.length : picturesAtStart;
  const checked = [golden.top, ...golden.others].slice(0, most);
  for (const [picture, top] of checked.entries()) {
    const pixels = goldenPixels.subarray(picture * length, (picture + 1) * length);
    const [probabilities = new Float64Array()] = probabilitiesOf(await engine.infer(pixels, 1), 1, folder);
    const best = topK(probabilities, 1)[0]?.index;
    for (const [rank, { index, label, probability }] of top.entries()) {
      const actual = probabilities[index] ?? Number.NaN;
      const close = Math.abs(actual - probability) <= tolerance;
      // In float, engines may order two labels differently if their probabilities are almost equal.
      const ranked = precision === "float32" || rank > 0 || best === index;
      if (close && ranked && labels[index] === label) continue;
      throw new EngineUnavailable(
        "wrong labels",
        `The ${engine.name} engine fails its self-check in ${precision}: in golden picture ${picture + 1} "${label}" has ` +
          `${actual.toFixed(4)} where the golden prediction has ${probability.toFixed(4)} (tolerance ${tolerance}); ` +
          `its best is "${labels[best ?? -1]}".`,
      );
    }
  }
}
