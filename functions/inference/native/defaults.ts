import { sessionOptionsVariable, withoutOptimiser } from "./session-options.ts";

/**
 * Sets TensorFlow's variables unless they are already set. TensorFlow reads some of them while its libraries are loaded, in
 * another thread, so all of them are set before.
 */
export function setDefaults(environment: NodeJS.ProcessEnv = process.env): void {
  // By default TensorFlow prints a line about instruction sets at every start.
  environment["TF_CPP_MIN_LOG_LEVEL"] ??= "3";
  // TensorFlow's integer kernels come from oneDNN, which is off by default on a processor without VNNI.
  environment["TF_ENABLE_ONEDNN_OPTS"] ??= "1";
  environment[sessionOptionsVariable] ??= withoutOptimiser;
}
