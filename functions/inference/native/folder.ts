import path from "node:path";
import { cacheDirectory } from "../../../contract/cache.ts";

/** TensorFlow's release on PyPI, and tfjs-node's on npm, that native TensorFlow is made of. */
export const tensorflowVersion = "2.21.0";
export const addonVersion = "4.22.0";

/** Raise it with every change to how the set-up builds the folder: a folder of another version is built again. */
const setupVersion = 3;

/** The addon's file; it finds its libraries beside itself. */
export const addonFile = "tfjs_binding.node";

/** Where `setup:native` puts native TensorFlow unless told otherwise. */
export function nativeDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const name = `tensorflow-${tensorflowVersion}-tfjs-node-${addonVersion}-${setupVersion}-${process.platform}-${process.arch}`;
  return path.join(cacheDirectory(environment), "native", name);
}
