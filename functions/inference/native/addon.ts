import { createRequire } from "node:module";
import { EngineUnavailable } from "../engine.ts";
import { setDefaults } from "./defaults.ts";
import { type AddonLocation, addonLocations, installedPackage } from "./places.ts";

/** A tensor as the addon returns it. */
export interface TensorHandle {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** An attribute of an eagerly executed operation. */
export interface OperationAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | string | readonly number[];
}

/**
 * tfjs-node's addon, called directly: the package's JavaScript would load all of TF.js, which is not needed to run
 * the graph as a session.
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
  /** The array's type must match the tensor's type. */
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

/** Loads the first addon that can be loaded. @throws EngineUnavailable with the reason for each addon */
export function loadAddon(places: readonly AddonLocation[] = addonLocations()): {
  readonly addon: Addon;
  readonly location: AddonLocation;
} {
  setDefaults();
  const require = createRequire(import.meta.url);
  const failures: string[] = [];
  for (const location of places) {
    try {
      return { addon: require(location.file) as Addon, location };
    } catch (cause) {
      failures.push(`"${location.file}": ${(cause as Error).message.split("\n")[0]}`);
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
