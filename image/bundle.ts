import { readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import path from "node:path";
import { RunError } from "@pulumi/pulumi/errors.js";
import { build } from "esbuild";
import { functionDefinitions } from "../contract/functions.ts";

/** Packages with native or data files, which stay in `node_modules` of the image. */
const external = ["@tensorflow/*", "@litertjs/core"];

/** A package whose modules are bundled (80 ms of a cold start) while the binary they load stays in `node_modules`. */
const withBinary = "sharp";

/** Some bundled packages are CommonJS and `require` Node's own modules. */
const banner =
  'import { createRequire as createBundleRequire } from "node:module"; const require = createBundleRequire(import.meta.url);';

/** A stage of image/Dockerfile. */
export type ImageTarget = "light" | "classify";

export interface Bundle {
  /** Path in the image, below its root: `classify/handler.mjs`. */
  readonly file: string;
  readonly contents: Uint8Array;
  /** Packages that it expects in `node_modules`, because a bundle cannot hold them. */
  readonly packages: readonly string[];
  /** The source map, whose sources are paths below the root. */
  readonly map: string;
  /** The files that were read for it and for those bundled with it, below the root. */
  readonly inputs: readonly string[];
}

/** A module does not compile, in esbuild's own words, or would not find a package in its image. */
export class BundleError extends RunError {
  override readonly name = "BundleError";
  constructor(reason: string, options?: ErrorOptions) {
    super(`The functions cannot be bundled: ${reason}`, options);
  }
}

/**
 * Programs beside the handlers, by their path in the context: the decoder, and what image/Dockerfile runs while it
 * builds.
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
      // On the developer's machine the checkout's own node_modules would hide it.
      const names = missing.map((name) => `"${name}"`).join(", ");
      throw new BundleError(`"${bundle.file}" needs ${names}, which the image of target "${target}" does not install.`);
    }
    return { ...bundle, file: places.get(bundle.file) ?? bundle.file };
  });
}

/** What the image of `classify` installs. */
async function imagePackages(root: string): Promise<Readonly<Record<string, string>>> {
  const { dependencies = {} } = JSON.parse(await readFile(path.join(root, "image/package.json"), "utf8"));
  return dependencies;
}

/**
 * Bundles modules of the checkout (without extension), each for itself. The result depends on the sources alone, not on
 * where the checkout is. @throws BundleError
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
      // Beside the code, which stays as it is: what runs here can be traced to the TypeScript.
      sourcemap: "external",
      sourcesContent: false,
      platform: "node",
      format: "esm",
      target: "node20",
      external,
      alias: { "node:process": "./functions/shared/process.ts" },
      banner: { js: banner },
      legalComments: "none",
      // Module paths are part of the output, as comments: linked node_modules must not give another image.
      preserveSymlinks: true,
      logLevel: "silent",
    });
    // What a package leaves out for Node is an input without a file.
    const inputs = Object.keys(metafile.inputs).filter((input) => !input.startsWith("(disabled):"));
    const maps = new Map(outputFiles.map(({ path: location, text }) => [location, text]));
    const code = outputFiles.filter(({ path: location }) => !location.endsWith(".map"));
    return code.map(({ path: location, contents }) => {
      const output = path.relative(root, location).split(path.sep).join("/");
      const { imports = [], inputs: own = {} } = metafile.outputs[output] ?? {};
      const named = imports.filter((each) => each.external && !isNodes(each.path)).map((each) => nameOf(each.path));
      // Which of them sharp loads, it finds out itself; some exist only where sharp is built.
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

/** A map names its sources from where the output would be, a folder below the root. */
function belowRoot(map: string): string {
  const content = JSON.parse(map) as { readonly sources?: readonly string[] };
  const sources = content.sources?.map((source) => path.posix.normalize(source.replace(/^(\.\.\/)+/, "")));
  return JSON.stringify({ ...content, sources });
}

/** Node's own modules; the newest exist in the image alone, since the program may run on an older Node. */
const isNodes = (specifier: string): boolean => specifier.startsWith("node:") || isBuiltin(specifier);

/** `@scope/name/file` is a file of the package `@scope/name`. */
function nameOf(specifier: string): string {
  const [first = "", second = ""] = specifier.split("/");
  return first.startsWith("@") ? `${first}/${second}` : first;
}
