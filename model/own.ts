/** `npm run model:own`: creates a model folder from a team's own TF.js graph model. */
import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { ClassifierDescription } from "../functions/inference/description.ts";
import { probabilitiesOf, topK } from "../functions/inference/probabilities.ts";
import { loadWebAssembly } from "../functions/inference/webassembly.ts";
import { exitOnSignals } from "../lib/exit.ts";
import { fitted } from "../lib/help.ts";
import { isMainModule } from "../lib/main-module.ts";
import { parseOptions } from "../lib/options.ts";
import { makeWholeFolder } from "../lib/whole-folder.ts";
import { ModelError } from "./error.ts";
import { toSavedModel } from "./graph/graph-def.ts";
import { readLabels } from "./labels.ts";
import { toOwnNative } from "./own-native.ts";
import { endpoints, storedBytes, TfjsGraphModel } from "./topology.ts";

export interface OwnModel {
  /** Folder with `model.json` and its weight files. */
  readonly model: string;
  /** One label per line, in the model's order. */
  readonly labels: string;
  readonly description: ClassifierDescription;
  /** The folder to create. It must not exist yet. */
  readonly into: string;
}

/** Checks, converts and writes a team's own model. @throws ModelError; in that case nothing is written */
export async function buildOwnModel({ model: folder, labels: labelFile, description, into }: OwnModel): Promise<void> {
  await checkFree(into);
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

/** An existing folder may hold the model of a running service, so it is never replaced. */
async function checkFree(into: string): Promise<void> {
  const there = await stat(into).catch(() => undefined);
  if (!there) return;
  throw new ModelError("FolderExists", `"${into}" exists already. Name another folder by --into, or remove it first.`);
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

/**
 * Runs the model on one picture. @throws ModelError "ModelShapeMismatch" when its input or output has an unexpected
 * shape
 */
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

/** A picture that is identical on every machine: horizontal and vertical gradients. */
function goldenPixels(size: number): Uint8Array {
  return Uint8Array.from({ length: size * size * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % size, Math.floor(at / 3 / size)];
    const along = [x, y, size - x][at % 3] ?? 0;
    return Math.floor((255 * along) / size);
  });
}

export const ownModelHelp = `npm run model:own -- --model FOLDER --labels FILE --input-size N --into FOLDER [options]

Makes a model folder from your own TF.js graph model and checks it. A stack uses it by the setting modelDirectory.

  --model FOLDER       The TF.js graph model: model.json and its weight files
  --labels FILE        One label per line, in the model's order
  --input-size N       Side of the square picture that the model takes, in pixels
  --into FOLDER        The folder to make; it must not exist
  --scale S            Input value = pixel (0 to 255) * S + offset (default 1)
  --offset O           (default 0)
  --output KIND        What the model ends in: logits or probabilities (default logits)
  --name NAME          Its name in logs (default: that of the folder)
  --help               This text

A Keras model becomes a TF.js graph model by TensorFlow's own converter, in Python:
  pip install tensorflowjs
  python -c "import keras; keras.models.load_model('my.keras').export('saved-model')"
  tensorflowjs_converter --input_format=tf_saved_model --output_format=tfjs_graph_model saved-model my-tfjs-model
`;

interface Printer {
  log(text: string): void;
  error(text: string): void;
}

/** Runs the command and returns its exit code: 0 the model was created, 1 it was refused, 2 wrong usage. */
export async function ownModelCommand(parameters: readonly string[], { log, error: fail }: Printer): Promise<number> {
  try {
    const options = readOwnOptions(parameters);
    if (options === "help") log(fitted(ownModelHelp, process.stdout.columns));
    else {
      await buildOwnModel(options);
      log(`${options.into}\nUse it: pulumi config set modelDirectory ${JSON.stringify(options.into)}`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const isUsage = error.code === "WrongUsage";
    fail(isUsage ? error.message : `${error.code}: ${error.message}`);
    return isUsage ? 2 : 1;
  }
}

function readOwnOptions(parameters: readonly string[]): OwnModel | "help" {
  const wrong = (message: string, cause?: unknown) => new ModelError("WrongUsage", message, { cause });
  const text = { type: "string" } as const;
  const { values, positionals } = parseOptions(
    parameters,
    {
      model: text,
      labels: text,
      "input-size": text,
      into: text,
      name: text,
      scale: { type: "string", default: "1" },
      offset: { type: "string", default: "0" },
      output: { type: "string", default: "logits" },
      help: { type: "boolean", short: "h", default: false },
    },
    wrong,
  );
  if (values.help) return "help";
  const [stray] = positionals;
  if (stray !== undefined) throw wrong(`"${stray}" belongs to no option. See --help.`);
  const { model, labels, into } = values;
  if (!model || !labels || !into) {
    const missing = (["model", "labels", "input-size", "into"] as const).filter((name) => !values[name]);
    throw wrong(`Missing: ${missing.map((name) => `--${name}`).join(", ")}. See --help.`);
  }
  const { success, data, error } = ClassifierDescription.safeParse({
    name: values.name ?? path.basename(into),
    inputSize: Number(values["input-size"]),
    scale: Number(values.scale),
    offset: Number(values.offset),
    output: values.output,
  });
  if (success) return { model, labels, into, description: data };
  const options: Readonly<Record<string, string>> = { inputSize: "input-size" };
  const field = String(error.issues[0]?.path[0] ?? "");
  const option = options[field] ?? field;
  throw wrong(`--${option} is "${values[option as keyof typeof values] ?? ""}". See --help for what it takes.`);
}

if (isMainModule(import.meta.url)) {
  exitOnSignals();
  process.exitCode = await ownModelCommand(process.argv.slice(2), console);
}
