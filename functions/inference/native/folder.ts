import path from "node:path";
import { cacheDirectory } from "../../../contract/cache.ts";

/** The releases of TensorFlow on PyPI and of tfjs-node on npm from which native TensorFlow is built. */
export const tensorflowVersion = "2.21.0";
export const addonVersion = "4.22.0";

/** Increase it whenever the setup builds the folder differently, so that existing folders are rebuilt. */
const setupVersion = 7;

/** The addon's file; it loads its libraries from the same folder. */
export const addonFile = "tfjs_binding.node";

/** A small addon in the same folder that loads the other one in a thread. */
export const preloadFile = "preload.node";

/** The default folder in which `setup:native` installs native TensorFlow. */
export function nativeDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const name = `tensorflow-${tensorflowVersion}-tfjs-node-${addonVersion}-${setupVersion}-${process.platform}-${process.arch}`;
  return path.join(cacheDirectory(environment), "native", name);
}
