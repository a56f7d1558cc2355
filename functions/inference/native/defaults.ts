import { sessionOptionsVariable, withoutOptimiser } from "./session-options.ts";

/**
 * Sets TensorFlow's variables unless they are already set, and the default options of its sessions. TensorFlow reads the
 * environment in other threads from when its libraries are loaded, so everything is set beforehand.
 */
export function setDefaults(environment: NodeJS.ProcessEnv = process.env): void {
  // By default TensorFlow prints a line about instruction sets at every start.
  environment["TF_CPP_MIN_LOG_LEVEL"] ??= "3";
  // TensorFlow's integer kernels come from oneDNN, which is off by default on a processor without VNNI.
  environment["TF_ENABLE_ONEDNN_OPTS"] ??= "1";
  if (environment[sessionOptionsVariable] !== withoutOptimiser) environment[sessionOptionsVariable] = withoutOptimiser;
}
