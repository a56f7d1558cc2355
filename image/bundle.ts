import { readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import path from "node:path";
import { RunError } from "@pulumi/pulumi/errors.js";
import { build } from "esbuild";
import { functionDefinitions } from "../contract/functions.ts";

/** Packages that contain native or data files. They are not bundled but stay in the image's `node_modules`. */
const external = ["@tensorflow/*", "@litertjs/core"];

/**
 * A package whose modules are bundled, which saves 80 ms of a cold start, while the native binary that they load stays
 * in `node_modules`.
 */
const withBinary = "sharp";

/** Some bundled packages are CommonJS and call `require` for Node's built-in modules. */
const banner =
  'import { createRequire as createBundleRequire } from "node:module"; const require = createBundleRequire(import.meta.url);';

/** A stage of image/Dockerfile. */
export type ImageTarget = "light" | "classify";

export interface Bundle {
  /** Path in the image, relative to its root: `classify/handler.mjs`. */
  readonly file: string;
  readonly contents: Uint8Array;
  /** Packages that the bundle loads from `node_modules`, because they cannot be bundled. */
  readonly packages: readonly string[];
  /** The source map. Its source paths are relative to the root. */
  readonly map: string;
  /** The files that were read to build this bundle and the bundles built with it, relative to the root. */
  readonly inputs: readonly string[];
}

/**
 * A module does not compile, which is reported in esbuild's own words, or needs a package that its image does not have.
 */
export class BundleError extends RunError {
  override readonly name = "BundleError";
  constructor(reason: string, options?: ErrorOptions) {
    super(`The functions cannot be bundled: ${reason}`, options);
  }
}

/**
 * Programs other than the handlers, by their path in the context: the decoder, and the programs that image/Dockerfile
 * runs during the build.
 */
const programs: Readonly<Record<ImageTarget, Readonly<Record<string, string>>>> = {
  light: {},
  classify: {
    "classify/decoder.mjs": "functions/classify/decode/main",
    "build/prune-packages.mjs": "image/prune-packages",
    "build/setup-native.mjs": "image/native/setup",
    "inference/self-check.mjs": "functions/inference/self-check",
  },
};

/** Bundles the handlers of a Dockerfile target and the tools of its build. @throws BundleError */
export async function bundleTarget(root: string, target: ImageTarget): Promise<readonly Bundle[]> {
  const handlers = Object.values(functionDefinitions)
    .filter((definition) => definition.target === target)
    .map(({ handler }) => handler.slice(0, handler.lastIndexOf(".")))
    .map((module) => [`${module}.mjs`, `functions/${module}`]);
  const modules = [...handlers, ...Object.entries(programs[target])];
  const places = new Map(modules.map(([file = "", module = ""]) => [`${module}.mjs`, file]));
  const bundles = await bundleModules(
    root,
    modules.map(([, module = ""]) => module),
  );
  const installed = target === "light" ? [] : Object.keys(await imagePackages(root));
  return bundles.map((bundle) => {
    const missing = bundle.packages.filter((name) => !installed.includes(name));
    if (missing.length > 0) {
      // When the bundle runs on the developer's machine, the checkout's own node_modules would hide the problem.
      const names = missing.map((name) => `"${name}"`).join(", ");
      throw new BundleError(`"${bundle.file}" needs ${names}, which the image of target "${target}" does not install.`);
    }
    return { ...bundle, file: places.get(bundle.file) ?? bundle.file };
  });
}

/** The packages that the image of `classify` installs. */
async function imagePackages(root: string): Promise<Readonly<Record<string, string>>> {
  const { dependencies = {} } = JSON.parse(await readFile(path.join(root, "image/package.json"), "utf8"));
  return dependencies;
}

/**
 * Bundles modules of the checkout (given without extension) separately. The result depends only on the sources, not on
 * the location of the checkout. @throws BundleError
 */
export async function bundleModules(root: string, modules: readonly string[]): Promise<readonly Bundle[]> {
  try {
    const { outputFiles, metafile } = await build({
      absWorkingDir: root,
      entryPoints: modules.map((module) => ({ in: `${module}.ts`, out: module })),
      outdir: "bundle",
      outExtension: { ".js": ".mjs" },
      bundle: true,
      write: false,
      metafile: true,
      // A separate file leaves the code unchanged; stack traces can still be mapped to the TypeScript.
      sourcemap: "external",
      sourcesContent: false,
      platform: "node",
      format: "esm",
      target: "node20",
      external,
      alias: { "node:process": "./functions/shared/process.ts" },
      banner: { js: banner },
      legalComments: "none",
      // Module paths appear in the output as comments. A linked node_modules folder must not produce a different image.
      preserveSymlinks: true,
      logLevel: "silent",
    });
    // A module that a package disables for Node is listed as an input, although it has no file.
    const inputs = Object.keys(metafile.inputs).filter((input) => !input.startsWith("(disabled):"));
    const maps = new Map(outputFiles.map(({ path: location, text }) => [location, text]));
    const code = outputFiles.filter(({ path: location }) => !location.endsWith(".map"));
    return code.map(({ path: location, contents }) => {
      const output = path.relative(root, location).split(path.sep).join("/");
      const { imports = [], inputs: own = {} } = metafile.outputs[output] ?? {};
      const named = imports.filter((each) => each.external && !isNodes(each.path)).map((each) => nameOf(each.path));
      // sharp itself selects which of these packages to load, and some exist only where sharp is built.
      const packages = named.filter((name) => !name.startsWith("@img/"));
      if (Object.keys(own).some((file) => file.includes(`node_modules/${withBinary}/`))) packages.push(withBinary);
      return {
        file: output.slice("bundle/".length),
        contents,
        map: belowRoot(maps.get(`${location}.map`) ?? "{}"),
        packages: [...new Set(packages)].sort(),
        inputs,
      };
    });
  } catch (error) {
    throw error instanceof Error ? new BundleError(error.message, { cause: error }) : error;
  }
}

/**
 * The paths in a source map are relative to the output file, one folder below the root. Makes them relative to the
 * root.
 */
function belowRoot(map: string): string {
  const content = JSON.parse(map) as { readonly sources?: readonly string[] };
  const sources = content.sources?.map((source) => path.posix.normalize(source.replace(/^(\.\.\/)+/, "")));
  return JSON.stringify({ ...content, sources });
}

/**
 * Node's built-in modules. The program may run on an older Node than the image, so any name with the prefix `node:`
 * counts, even if this Node does not have the module.
 */
const isNodes = (specifier: string): boolean => specifier.startsWith("node:") || isBuiltin(specifier);

/** The package to which a specifier belongs: `@scope/name` for `@scope/name/file`. */
function nameOf(specifier: string): string {
  const [first = "", second = ""] = specifier.split("/");
  return first.startsWith("@") ? `${first}/${second}` : first;
}
