import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { setDefaults } from "./defaults.ts";
import { preloadFile } from "./folder.ts";
import { addonLocations } from "./places.ts";

/** The addon of `image/native/preload-addon.ts`. Loading it starts to load TensorFlow's libraries in a thread. */
export interface Background {
  /**
   * Opens the SavedModel of a folder, runs it once and closes it, all in another thread. Inputs are bytes; the last list has the
   * names of the outputs. Resolves with the bytes of each output. Rejects with TensorFlow's message.
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

let loaded: { readonly background: Background | undefined } | undefined;

/** Loads the addon once. Undefined if the first addon of TensorFlow was not built by `setup:native`, or for another system. */
export function background(): Background | undefined {
  loaded ??= { background: load() };
  return loaded.background;
}

function load(): Background | undefined {
  const [first] = addonLocations();
  const file = first && path.join(path.dirname(first.file), preloadFile);
  if (file === undefined || !existsSync(file)) return undefined;
  setDefaults();
  try {
    return createRequire(import.meta.url)(file) as Background;
  } catch {
    return undefined;
  }
}
