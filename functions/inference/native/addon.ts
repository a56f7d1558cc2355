import { createRequire } from "node:module";
import { EngineUnavailable } from "../engine.ts";
import { type AddonPlace, addonPlaces, installedPackage } from "./places.ts";

/** A tensor as the addon hands it out. */
export interface TensorHandle {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** An attribute of an operation that runs by itself. */
export interface OperationAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | string | readonly number[];
}

/**
 * tfjs-node's addon, called directly: the package's JavaScript around it would load all of TF.js, and running the
 * graph as a session needs none of it.
 */
export interface Addon {
  readonly TF_Version: string;
  readonly TF_UINT8: number;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_SHAPE: number;
  createTensor(shape: readonly number[], dtype: number, values: Uint8Array | Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  /** The array fits the tensor's type. */
  tensorDataSync(id: number): Float32Array;
  executeOp(
    name: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): readonly TensorHandle[];
  loadSavedModel(directory: string, tags: string): number;
  deleteSavedModel(id: number): void;
  /** Names are `op:0`, joined by commas. */
  runSavedModel(id: number, inputs: readonly number[], inputOps: string, outputOps: string): readonly TensorHandle[];
  getNumOfTensors(): number;
}

/** Loads the first addon that loads. @throws EngineUnavailable that tells why none did */
export function loadAddon(places: readonly AddonPlace[] = addonPlaces()): {
  readonly addon: Addon;
  readonly place: AddonPlace;
} {
  // TensorFlow prints a line about its instruction sets at every start unless told otherwise.
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "3";
  // TensorFlow's integer kernels are oneDNN's, which it leaves out by default where a processor has no VNNI.
  process.env["TF_ENABLE_ONEDNN_OPTS"] ??= "1";
  const require = createRequire(import.meta.url);
  const failures: string[] = [];
  for (const place of places) {
    try {
      return { addon: require(place.file) as Addon, place };
    } catch (cause) {
      failures.push(`"${place.file}": ${(cause as Error).message.split("\n")[0]}`);
    }
  }
  if (failures.length > 0) {
    const wrongNode = failures.some((text) => /NODE_MODULE_VERSION|compiled against a different Node/.test(text));
    throw new EngineUnavailable(
      wrongNode ? "wrong Node" : "cannot load",
      `Native TensorFlow does not load: ${failures.join("; ")}.`,
    );
  }
  if (installedPackage()) {
    throw new EngineUnavailable(
      "no addon",
      'The package "@tensorflow/tfjs-node" is installed without its addon: "npm run setup:native" builds one.',
    );
  }
  throw new EngineUnavailable("absent", 'Native TensorFlow is not installed: "npm run setup:native" installs it.');
}
