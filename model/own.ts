/**
 * `npm run model:own -- --model FOLDER --labels FILE --input-size N [--scale S] [--offset O] [--output logits|probabilities]
 * [--name NAME] --into FOLDER`: makes a model folder of a team's own TF.js graph model. The stack uses it by the
 * configuration `modelDirectory`.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { ClassifierDescription } from "../functions/inference/description.ts";
import { probabilitiesOf, topK } from "../functions/inference/probabilities.ts";
import { loadWebAssembly } from "../functions/inference/webassembly.ts";
import { isMainModule } from "../lib/main-module.ts";
import { makeWholeFolder } from "../lib/whole-folder.ts";
import { ModelError } from "./error.ts";
import { toSavedModel } from "./graph-def.ts";
import { readLabels } from "./labels.ts";
import { toOwnNative } from "./own-native.ts";
import { endpoints, storedBytes, TfjsGraphModel } from "./topology.ts";

export interface OwnModel {
  /** Folder with `model.json` and its weight files. */
  readonly model: string;
  /** One label per line, in the model's order. */
  readonly labels: string;
  readonly description: ClassifierDescription;
  /** The folder to make; it must not exist. */
  readonly into: string;
}

/** Checks, converts and writes a team's own model. @throws ModelError; then nothing is written */
export async function buildOwnModel({ model: folder, labels: labelFile, description, into }: OwnModel): Promise<void> {
  const model = await readGraphModel(folder);
  endpoints(model);
  const groups = model.weightsManifest.flatMap(({ paths }) => paths);
  const weights = Buffer.concat(await Promise.all(groups.map((file) => readInput(path.join(folder, file)))));
  checkWeights(model, weights.length);
  const labels = (await readInput(labelFile)).toString("utf8");
  const native = toOwnNative(model, weights, description);
  await makeWholeFolder(path.resolve(into), async (work) => {
    const write = (name: string, content: Uint8Array | object) =>
      writeFile(path.join(work, name), content instanceof Uint8Array ? content : `${JSON.stringify(content)}\n`);
    const manifest = [{ paths: ["weights.bin"], weights: model.weightsManifest.flatMap((group) => group.weights) }];
    const pixels = goldenPixels(description.inputSize);
    await Promise.all([
      write("model.json", { ...model, weightsManifest: manifest }),
      write("weights.bin", weights),
      write("classifier.json", description),
      write("saved_model.pb", toSavedModel(native.nodes)),
      write("native.json", native.signature),
      write("golden.rgb", pixels),
    ]);
    const output = await tryOut(work, description, pixels);
    const names = readLabels(labels, output.length);
    const [probabilities = new Float64Array()] = probabilitiesOf(output, 1, { description, labels: names });
    checkProbabilities(probabilities);
    const top = topK(probabilities, Math.min(5, names.length)).map((ranked) => ({
      ...ranked,
      label: names[ranked.index],
    }));
    await Promise.all([write("labels.json", names), write("golden.json", { tolerance: 0.01, top })]);
  });
}

async function readGraphModel(folder: string): Promise<TfjsGraphModel> {
  const bytes = await readInput(path.join(folder, "model.json"));
  try {
    return TfjsGraphModel.parse(JSON.parse(bytes.toString("utf8")));
  } catch (cause) {
    throw new ModelError(
      "ModelNotUnderstood",
      `"${path.join(folder, "model.json")}" is no TF.js graph model with a signature. A layers model is converted by ` +
        "tensorflowjs_converter --output_format=tfjs_graph_model.",
      { cause },
    );
  }
}

async function readInput(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new ModelError("SourceIncomplete", `"${file}" cannot be read (${(cause as NodeJS.ErrnoException).code}).`, {
      cause,
    });
  }
}

function checkWeights(model: TfjsGraphModel, actual: number): void {
  const all = model.weightsManifest.flatMap((group) => group.weights);
  const expected = all.reduce((sum, weight) => sum + storedBytes(weight), 0);
  if (actual !== expected) {
    throw new ModelError(
      "ModelShapeMismatch",
      `The weight files have ${actual} bytes; model.json describes ${expected}.`,
    );
  }
}

/** Runs the model on one picture. @throws ModelError "ModelShapeMismatch" when its input or output is not what it should be */
async function tryOut(
  directory: string,
  description: ClassifierDescription,
  pixels: Uint8Array,
): Promise<Float32Array> {
  const size = description.inputSize;
  try {
    const engine = await loadWebAssembly({ directory, description });
    try {
      const two = await engine.infer(Buffer.concat([pixels, pixels]), 2);
      const one = await engine.infer(pixels, 1);
      if (two.length !== one.length * 2)
        throw new RangeError(`two pictures give ${two.length} values, one ${one.length}`);
      return one;
    } finally {
      engine.close();
    }
  } catch (cause) {
    throw new ModelError(
      "ModelShapeMismatch",
      `The model does not classify pictures of ${size} by ${size} pixels: ${(cause as Error).message}. Check --input-size.`,
      { cause },
    );
  }
}

function checkProbabilities(values: Float64Array): void {
  const sum = values.reduce((a, b) => a + b, 0);
  if (values.length >= 2 && Math.abs(sum - 1) < 0.01 && values.every((value) => value >= -1e-6)) return;
  throw new ModelError(
    "ModelShapeMismatch",
    `The model's ${values.length} values add up to ${sum.toFixed(3)}: they are no probabilities of two or more classes. ` +
      "A classifier that ends in logits needs --output logits.",
  );
}

/** A picture that every machine makes alike: gradients along and across. */
function goldenPixels(size: number): Uint8Array {
  return Uint8Array.from({ length: size * size * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % size, Math.floor(at / 3 / size)];
    const along = [x, y, size - x][at % 3] ?? 0;
    return Math.floor((255 * along) / size);
  });
}

if (isMainModule(import.meta.url)) {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: {
      model: text,
      labels: text,
      "input-size": text,
      into: text,
      name: text,
      scale: { ...text, default: "1" },
      offset: { ...text, default: "0" },
      output: { ...text, default: "logits" },
    },
  });
  const { model, labels, into } = values;
  const description = ClassifierDescription.safeParse({
    name: values.name ?? path.basename(into ?? ""),
    inputSize: Number(values["input-size"]),
    scale: Number(values.scale),
    offset: Number(values.offset),
    output: values.output,
  });
  try {
    if (!model || !labels || !into || !description.success) {
      throw new ModelError(
        "SourceIncomplete",
        "Give --model FOLDER --labels FILE --input-size N --into FOLDER; --output is logits or probabilities.",
      );
    }
    await buildOwnModel({ model, labels, into, description: description.data });
    console.log(into);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    console.error(`${error.code}: ${error.message}`);
    process.exitCode = 1;
  }
}
