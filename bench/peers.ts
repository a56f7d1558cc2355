import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import sharp from "sharp";
import { cacheDirectory } from "../contract/cache.ts";
import { modelSource, modelVersion } from "../contract/model.ts";
import { toPixels } from "../functions/inference/preprocess.ts";
import { fetchPackage } from "../image/native/npm-package.ts";
import { type Measurement, measure } from "./measure.ts";

/** Versions of the peers. Each is installed once from PyPI or npm into the cache folder. */
const tensorflow = "2.21.0";
const onnxruntime = "1.30.0";
const litert = "2.3.0";
const here = path.join(import.meta.dirname, "peers");

export interface Peer {
  readonly name: string;
  measure(photo: string, runs: number, batch: number, environment?: NodeJS.ProcessEnv): Promise<Measurement>;
}

export interface Peers {
  readonly tensorflow: Peer;
  readonly onnx: Peer;
  /** The peers with integer models, which their own tools create. */
  readonly onnxIntegers: Peer;
  readonly litertIntegers: Peer;
}

/** Installs missing peers and returns all of them, with the weights of the given model folder. */
export async function preparePeers(
  model: { readonly directory: string; readonly samplePhoto: string },
  log: (line: string) => void,
): Promise<Peers> {
  const folder = path.join(cacheDirectory(), "bench", `${modelVersion}-tf${tensorflow}-ort${onnxruntime}-lrt${litert}`);
  mkdirSync(folder, { recursive: true });
  const at = (name: string): string => path.join(folder, name);
  const python = virtual(at("venv"), "Python TensorFlow (250 MB)", [
    `tensorflow-cpu==${tensorflow}`,
    "tf2onnx==1.17.0",
    "onnx==1.23.2",
  ]);
  const integers = virtual(at("venv-integers"), "LiteRT and onnxruntime's quantiser (70 MB)", [
    `ai-edge-litert==${litert}`,
    `onnxruntime==${onnxruntime}`,
    "onnx==1.23.2",
    "sympy==1.14.0",
    "pillow==12.3.0",
  ]);
  await once(at("node_modules/onnxruntime-node"), "onnxruntime-node (290 MB)", () =>
    run("npm", ["install", "--no-save", "--ignore-scripts", "--prefix", folder, `onnxruntime-node@${onnxruntime}`]),
  );
  await once(at("saved-model"), "the SavedModel", (part) =>
    run(python, [path.join(here, "saved_model.py"), model.directory, part]),
  );
  await once(at("model.onnx"), "the ONNX model", (part) =>
    run(python, ["-m", "tf2onnx.convert", "--saved-model", at("saved-model"), "--output", part, "--opset", "18"]),
  );
  await once(at("calibration.rgb"), "the calibration pictures", async (part) =>
    writeFileSync(part, await calibrationPictures(model.samplePhoto)),
  );
  await once(at("model-int8.onnx"), "the int8 ONNX model", (part) =>
    run(integers, [path.join(here, "quantise_onnx.py"), at("model.onnx"), at("calibration.rgb"), part]),
  );
  await once(at("model-int8.tflite"), "the int8 TFLite model", async (part) => {
    const graph = at("graph.lite");
    writeFileSync(graph, (await fetchPackage(modelSource, process.env)).file(modelSource.files.graph));
    run(integers, [path.join(here, "quantise_tflite.py"), graph, part]);
  });
  const onnxPeer = (name: string, file: string): Peer => ({
    name,
    measure: (photo, runs, batch, environment) => {
      const parameters = [folder, at(file), model.directory, photo, String(runs), String(batch)];
      return measure(process.execPath, [path.join(here, "onnx.mjs"), ...parameters], environment);
    },
  });
  return {
    tensorflow: {
      name: "python-tensorflow",
      measure: (photo, runs, batch, environment) => {
        const parameters = [at("saved-model"), model.directory, photo, String(runs), String(batch)];
        return measure(python, [path.join(here, "python_tensorflow.py"), ...parameters], environment);
      },
    },
    onnx: onnxPeer("onnxruntime-node", "model.onnx"),
    onnxIntegers: onnxPeer("onnxruntime-node int8", "model-int8.onnx"),
    litertIntegers: {
      name: "litert int8",
      measure: (photo, runs, _batch, environment) =>
        measure(
          integers,
          [path.join(here, "litert.py"), at("model-int8.tflite"), model.directory, photo, String(runs)],
          environment,
        ),
    },
  };

  /** Creates a file or folder completely or not at all. */
  async function once(location: string, what: string, make: (part: string) => void | Promise<void>): Promise<void> {
    if (existsSync(location)) return;
    log(`installing ${what}`);
    const part = `${location}.part`;
    await make(part);
    if (existsSync(part)) renameSync(part, location);
  }

  /** Creates a separate virtual environment and returns the path of its Python. */
  function virtual(location: string, what: string, packages: readonly string[]): string {
    const interpreter = path.join(location, "bin/python");
    const ready = path.join(location, "ready");
    if (existsSync(ready)) return interpreter;
    log(`installing ${what}`);
    rmSync(location, { recursive: true, force: true });
    run("python3", ["-m", "venv", location]);
    run(interpreter, ["-m", "pip", "install", "--quiet", ...packages]);
    writeFileSync(ready, "");
    return interpreter;
  }
}

/** Parts of the sample photo, mirrored, recoloured and darkened. None of them is a picture that is measured. */
async function calibrationPictures(sample: string): Promise<Buffer> {
  const { width, height } = await sharp(sample).metadata();
  const pictures: Buffer[] = [];
  for (let index = 0; index < 24; index += 1) {
    const [column, row] = [index % 4, Math.floor(index / 4) % 3];
    const part = sharp(sample).extract({
      left: Math.floor((column * width) / 8),
      top: Math.floor((row * height) / 8),
      width: Math.floor(width / 2),
      height: Math.floor(height / 2),
    });
    const turned = part.flop(index % 2 === 1).modulate({ brightness: 0.6 + 0.03 * index, hue: 15 * index });
    pictures.push(await toPixels(sharp(await turned.png().toBuffer()), 299));
  }
  return Buffer.concat(pictures);
}

function run(command: string, parameters: readonly string[]): void {
  execFileSync(command, parameters, {
    // Standard error is shown only if the command fails: these tools print a lot even when nothing is wrong.
    stdio: ["ignore", "ignore", "pipe"],
    maxBuffer: 1 << 26,
    timeout: 900_000,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "3" },
  });
}
