/**
 * Importing this module starts to load TensorFlow's libraries in a thread, while Node evaluates the other modules. It is
 * therefore the first import of a program that infers. It does nothing where the addon was not built by `setup:native`,
 * and never fails: `loadAddon` reports why the addon cannot be loaded.
 */
import { graphRunner } from "./graph-runner.ts";

// Read here because the function's settings are parsed later.
if (process.env["INFERENCE_ENGINE"] !== "webassembly") graphRunner();
