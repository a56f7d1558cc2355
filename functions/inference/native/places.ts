import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { addonFile, nativeDirectory } from "./folder.ts";

/** A possible location of the addon and its origin. */
export interface AddonLocation {
  readonly file: string;
  readonly origin: "image" | "tfjs-node" | "cache";
}

/** The folder beside the handlers that contains native TensorFlow in the image. */
export const nativeFolder = "native";

/**
 * The addons to try: in the image, in an installed tfjs-node, and in the user's cache, where `setup:native` installs it.
 */
export function addonLocations(environment: NodeJS.ProcessEnv = process.env): readonly AddonLocation[] {
  const root = environment["LAMBDA_TASK_ROOT"];
  const installed = installedPackage();
  const places: AddonLocation[] = [
    ...(root ? [{ file: path.join(root, nativeFolder, addonFile), origin: "image" as const }] : []),
    ...(installed ? officialAddons(installed).map((file) => ({ file, origin: "tfjs-node" as const })) : []),
    { file: path.join(nativeDirectory(environment), addonFile), origin: "cache" },
  ];
  return places.filter(({ file }) => existsSync(file));
}

/** The folder of the package `@tensorflow/tfjs-node`, with or without its addon. */
export function installedPackage(): string | undefined {
  try {
    return path.dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-node/package.json"));
  } catch {
    return undefined;
  }
}

/** tfjs-node keeps one addon for each version of Node-API, `lib/napi-v8/tfjs_binding.node`; the newest comes first. */
function officialAddons(folder: string): readonly string[] {
  const library = path.join(folder, "lib");
  if (!existsSync(library)) return [];
  return readdirSync(library)
    .filter((name) => name.startsWith("napi-v"))
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))
    .map((name) => path.join(library, name, addonFile));
}
