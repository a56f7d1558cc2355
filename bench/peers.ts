import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { cacheDirectory } from "../contract/cache.ts";
import { modelVersion } from "../contract/model.ts";
import type { Measurement } from "./figures.ts";

/** Versions of what is compared with; each is installed once into the cache folder, from PyPI and npm. */
const tensorflow = "2.21.0";
const onnxruntime = "1.30.0";
const here = path.join(import.meta.dirname, "peers");

export interface Peer {
  readonly name: string;
  measure(photo: string, runs: number, batch: number): Promise<Measurement>;
}

/** Python TensorFlow and onnxruntime-node with the weights of the given model folder. */
export function preparePeers(model: string, log: (line: string) => void): readonly Peer[] {
  const folder = path.join(cacheDirectory(), "bench", `${modelVersion}-tf${tensorflow}-ort${onnxruntime}`);
  const python = path.join(folder, "venv/bin/python");
  const savedModel = path.join(folder, "saved-model");
  const onnx = path.join(folder, "model.onnx");
  mkdirSync(folder, { recursive: true });
  once(python, "Python TensorFlow (250 MB)", () => {
    rmSync(path.join(folder, "venv"), { recursive: true, force: true });
    run("python3", ["-m", "venv", path.join(folder, "venv")]);
    run(python, [
      "-m",
      "pip",
      "install",
      "--quiet",
      `tensorflow-cpu==${tensorflow}`,
      "tf2onnx==1.17.0",
      "onnx==1.23.2",
    ]);
  });
  once(path.join(folder, "node_modules/onnxruntime-node"), "onnxruntime-node (290 MB)", () =>
    run("npm", ["install", "--no-save", "--ignore-scripts", "--prefix", folder, `onnxruntime-node@${onnxruntime}`]),
  );
  once(savedModel, "the SavedModel", () => {
    run(python, [path.join(here, "saved_model.py"), model, `${savedModel}.part`]);
    renameSync(`${savedModel}.part`, savedModel);
  });
  once(onnx, "the ONNX model", () => {
    run(python, ["-m", "tf2onnx.convert", "--saved-model", savedModel, "--output", `${onnx}.part`, "--opset", "18"]);
    renameSync(`${onnx}.part`, onnx);
  });
  return [
    {
      name: "python-tensorflow",
      measure: (photo, runs, batch) =>
        measure(python, [
          path.join(here, "python_tensorflow.py"),
          savedModel,
          model,
          photo,
          String(runs),
          String(batch),
        ]),
    },
    {
      name: "onnxruntime-node",
      measure: (photo, runs, batch) =>
        measure(process.execPath, [
          path.join(here, "onnx.mjs"),
          folder,
          onnx,
          model,
          photo,
          String(runs),
          String(batch),
        ]),
    },
  ];

  function once(place: string, what: string, make: () => void): void {
    if (existsSync(place)) return;
    log(`installing ${what}`);
    make();
  }
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, {
    // Shown only when it fails: these tools talk much while nothing is wrong.
    stdio: ["ignore", "ignore", "pipe"],
    maxBuffer: 1 << 26,
    timeout: 900_000,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "3" },
  });
}

const Line = z.object({
  label: z.string().optional(),
  ms: z.number().optional(),
  warm: z.array(z.number()).optional(),
  peakMb: z.number().optional(),
  phases: z.record(z.string(), z.number()).optional(),
});

/**
 * Runs a child that prints the lines `{label, ms}`, `{warm}`, `{peakMb}` and may print `{phases}`. Certificates that this
 * machine adds to Node's own are left out: reading them would count as part of a start.
 */
export async function measure(command: string, args: readonly string[]): Promise<Measurement> {
  const { stdout } = await promisify(execFile)(command, args, {
    timeout: 600_000,
    maxBuffer: 1 << 24,
    env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined },
  });
  const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
  const all = Object.assign({}, ...lines.map((line) => Line.parse(JSON.parse(line)))) as z.infer<typeof Line>;
  const { label, ms, warm, peakMb, phases } = all;
  if (label === undefined || ms === undefined || warm === undefined || peakMb === undefined) {
    throw new Error(`"${path.basename(args[0] ?? command)}" did not print its measurements: ${stdout}`);
  }
  return { label, cold: ms, warm, peakMb, phases };
}
