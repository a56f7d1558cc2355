import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { setDefaults } from "./defaults.ts";
import { preloadFile } from "./folder.ts";
import { addonLocations } from "./places.ts";

/** The addon of `image/native/preload-addon.ts`. Loading it starts to load TensorFlow's libraries in a thread. */
export interface GraphRunner {
  /**
   * Opens the SavedModel of a folder, runs it once and closes it, all in another thread. Inputs are bytes, outputs are
   * 32-bit integers. Resolves with the bytes of each output; rejects with TensorFlow's message.
   * @param options a serialised `ConfigProto`
   */
  runGraph(
    directory: string,
    options: Uint8Array,
    inputs: readonly string[],
    shapes: readonly BigInt64Array[],
    bytes: readonly Uint8Array[],
    outputs: readonly string[],
  ): Promise<readonly ArrayBuffer[]>;
}

let loaded: { readonly runner: GraphRunner | undefined } | undefined;

/** Loads the addon once. Undefined if `setup:native` did not build the first addon of TensorFlow, or if it does not load. */
export function graphRunner(): GraphRunner | undefined {
  loaded ??= { runner: load() };
  return loaded.runner;
}

function load(): GraphRunner | undefined {
  const [first] = addonLocations();
  const file = first && path.join(path.dirname(first.file), preloadFile);
  if (file === undefined || !existsSync(file)) return undefined;
  setDefaults();
  try {
    return createRequire(import.meta.url)(file) as GraphRunner;
  } catch {
    return undefined;
  }
}
