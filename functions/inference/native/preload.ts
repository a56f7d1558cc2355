/**
 * Importing this module starts to load TensorFlow's libraries in a thread, while Node evaluates the other modules. It is
 * therefore the first import of a program that infers. It does nothing where the addon was not built by `setup:native`,
 * and never fails: `loadAddon` reports why the addon cannot be loaded.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { setDefaults } from "./defaults.ts";
import { preloadFile } from "./folder.ts";
import { addonLocations } from "./places.ts";

function preload(): void {
  const [first] = addonLocations();
  const file = first && path.join(path.dirname(first.file), preloadFile);
  if (file === undefined || !existsSync(file)) return;
  setDefaults();
  try {
    createRequire(import.meta.url)(file);
  } catch {
    // It was built for another system, like the addon beside it.
  }
}

// Read here because the function's settings are parsed later.
if (process.env["INFERENCE_ENGINE"] !== "webassembly") preload();
