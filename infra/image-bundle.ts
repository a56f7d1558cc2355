import path from "node:path";
import { build } from "esbuild";
import { functionDefinitions } from "../contract/functions.ts";

/** Packages with native or data files of their own: they stay in `node_modules` of the image. */
const external = ["sharp", "@tensorflow/*", "@cwasm/*"];

/** Some bundled packages are CommonJS and `require` Node's own modules. */
const banner =
  'import { createRequire as createBundleRequire } from "node:module"; const require = createBundleRequire(import.meta.url);';

/** A stage of functions/Dockerfile. */
export type ImageTarget = "light" | "classify";

export interface Bundle {
  /** Path in the image, below its root: `classify/handler.mjs`. */
  readonly file: string;
  readonly contents: Uint8Array;
}

/** A module that does not compile, with esbuild's own words. */
export class BundleError extends Error {
  constructor(cause: Error) {
    super(`The functions cannot be bundled: ${cause.message}`, { cause });
    this.name = "BundleError";
  }
}

/** What functions/Dockerfile runs while it builds, by its path in the context. */
const buildTools: Readonly<Record<ImageTarget, Readonly<Record<string, string>>>> = {
  light: {},
  classify: {
    "build/setup-native.mjs": "functions/inference/native/setup",
    "inference/self-check.mjs": "functions/inference/self-check",
  },
};

/** Bundles the handlers of a Dockerfile target and the tools of its build. */
export async function bundleTarget(root: string, target: ImageTarget): Promise<readonly Bundle[]> {
  const handlers = Object.values(functionDefinitions)
    .filter((definition) => definition.target === target)
    .map(({ handler }) => handler.slice(0, handler.lastIndexOf(".")))
    .map((module) => [`${module}.mjs`, `functions/${module}`]);
  const modules = [...handlers, ...Object.entries(buildTools[target])];
  const places = new Map(modules.map(([file = "", module = ""]) => [`${module}.mjs`, file]));
  const bundles = await bundleModules(
    root,
    modules.map(([, module = ""]) => module),
  );
  return bundles.map(({ file, contents }) => ({ file: places.get(file) ?? file, contents }));
}

/**
 * Bundles modules of the checkout (without extension), each for itself. The result depends on the sources alone, not on
 * where the checkout is. @throws BundleError
 */
export async function bundleModules(root: string, modules: readonly string[]): Promise<readonly Bundle[]> {
  try {
    const { outputFiles } = await build({
      absWorkingDir: root,
      entryPoints: modules.map((module) => ({ in: `${module}.ts`, out: module })),
      outdir: "bundle",
      outExtension: { ".js": ".mjs" },
      bundle: true,
      write: false,
      platform: "node",
      format: "esm",
      target: "node20",
      external,
      banner: { js: banner },
      legalComments: "none",
      // Module paths stand in the output as comments: linked node_modules must not give another image.
      preserveSymlinks: true,
      logLevel: "silent",
    });
    const folder = path.join(root, "bundle");
    return outputFiles.map(({ path: file, contents }) => ({
      file: path.relative(folder, file).split(path.sep).join("/"),
      contents,
    }));
  } catch (error) {
    throw error instanceof Error ? new BundleError(error) : error;
  }
}
