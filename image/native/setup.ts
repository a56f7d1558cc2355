/**
 * `npm run setup:native [-- --target FOLDER]`: sets up native TensorFlow for tfjs-node when only package registries are
 * reachable. Downloads TensorFlow's libraries in PyPI's wheel, checks its hash, and builds tfjs-node's addon against
 * them. The image build runs the same script. Needs Python 3 with pip, a C++ compiler and `strip`.
 */
import { access, mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import lockfile from "proper-lockfile";
import { addonFile, nativeDirectory, preloadFile } from "../../functions/inference/native/folder.ts";
import { readCommand } from "../../lib/command.ts";
import { exitOnSignals } from "../../lib/exit.ts";
import { isMainModule } from "../../lib/main-module.ts";
import { makeWholeFolder } from "../../lib/whole-folder.ts";
import { addonHeader } from "./addon-header.ts";
import { bindLibraries } from "./bind-libraries.ts";
import { fetchPackage, PackageError } from "./npm-package.ts";
import { pageLibrary, pageLibrarySource } from "./page-library.ts";
import { addonSource, headersSource, libraryFiles, nodeApiVersion, wheelFor } from "./pins.ts";
import { preloadAddonSource } from "./preload-addon.ts";
import { NativeSetupError, run } from "./run.ts";
import { fetchWheel } from "./wheel.ts";

export interface SetupOptions {
  /** @default nativeDirectory() */
  readonly target?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** One line per stage. @default standard error */
  readonly progress?: (line: string) => void;
}

/**
 * Creates the native folder, completely or not at all, and returns its path. A second caller waits for the first.
 * @throws NativeSetupError, PackageError
 */
export async function setupNative(options: SetupOptions = {}): Promise<string> {
  const target = path.resolve(options.target ?? nativeDirectory(options.environment));
  const progress = options.progress ?? ((line) => process.stderr.write(`native: ${line}\n`));
  await mkdir(path.dirname(target), { recursive: true });
  const release = await lockfile.lock(target, {
    realpath: false,
    lockfilePath: `${target}.lock`,
    retries: { retries: 600, factor: 1, minTimeout: 1_000 },
  });
  try {
    if (await loads(target)) return target;
    const work = await mkdtemp(path.join(path.dirname(target), ".building-"));
    try {
      await rm(target, { recursive: true, force: true });
      await makeWholeFolder(target, (folder) => build(folder, work, options.environment ?? process.env, progress));
      progress(`ready in ${target}`);
      return target;
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  } finally {
    await release();
  }
}

/** Builds into `made`; `work` is for temporary files. */
async function build(
  made: string,
  work: string,
  environment: NodeJS.ProcessEnv,
  progress: (line: string) => void,
): Promise<void> {
  const wheel = wheelFor();
  if (!wheel) {
    throw new NativeSetupError(
      "UnsupportedPlatform",
      `There is no pinned TensorFlow for ${process.platform}-${process.arch}: use tfjs-node's own install, or stay with WebAssembly.`,
    );
  }
  const started = performance.now();
  const stage = (line: string) => progress(`${line} (${((performance.now() - started) / 1000).toFixed(0)} s)`);
  progress(`fetching ${wheel.package} ${wheel.version} (${wheel.megabytes} MB) through pip`);
  const tensorflow = await fetchWheel(wheel, work, environment);
  stage("fetched, hash checked, libraries and headers unpacked");
  const sources = path.join(work, "sources");
  const [addon, headers] = await Promise.all([
    fetchPackage(addonSource, environment),
    fetchPackage(headersSource, environment),
  ]);
  await writeAll(path.join(sources, "binding"), addon.folder("binding"));
  await writeAll(path.join(sources, "node"), headers.folder("include"));

  for (const file of libraryFiles) {
    await rename(path.join(tensorflow, file), path.join(made, file));
  }
  for (const parameters of await compilations(sources, path.join(tensorflow, "include"), made)) {
    await run("c++", parameters, { environment });
  }
  stage("addons built");
  for (const file of [...libraryFiles, pageLibrary, preloadFile, addonFile]) {
    await run("strip", ["--strip-unneeded", path.join(made, file)], { environment });
  }
  const bound = await bindLibraries(made);
  stage(`${bound.toLocaleString("en")} references bound to their symbols`);
  const bytes = await Promise.all(libraryFiles.map(async (file) => (await stat(path.join(made, file))).size));
  stage(`libraries stripped to ${(bytes.reduce((a, b) => a + b, 0) / 1e6).toFixed(0)} MB`);
  if (!(await loads(made))) {
    throw new NativeSetupError("CompileFailed", "The addon was built but does not load in this Node.");
  }
}

/** Writes this project's own sources, and returns the parameters of the compiler for each file that it makes, in order. */
async function compilations(
  sources: string,
  tensorflow: string,
  output: string,
): Promise<readonly (readonly string[])[]> {
  const [header, pages, preload] = ["dlw-addon.h", "dlw-pages.cc", "dlw-preload.cc"].map((name) =>
    path.join(sources, name),
  ) as [string, string, string];
  await writeFile(header, addonHeader);
  await writeFile(pages, pageLibrarySource);
  await writeFile(preload, preloadAddonSource);
  const binding = path.join(sources, "binding");
  const options = ["-shared", "-fPIC", "-O2", "-std=c++17", "-w"];
  const node = [`-DNAPI_VERSION=${nodeApiVersion}`, "-I", path.join(sources, "node")];
  // The library of the pages is initialised first because it is the last one. TensorFlow's libraries refer to each other;
  // symbols that are undefined now are resolved when the libraries are loaded.
  const libraries = [...libraryFiles, pageLibrary].map((file) => `-l:${file}`);
  const linked = ["-L", output, ...libraries, "-Wl,-rpath,$ORIGIN", "-Wl,--allow-shlib-undefined"];
  return [
    [...options, pages, `-Wl,-soname,${pageLibrary}`, "-o", path.join(output, pageLibrary)],
    [...options, ...node, "-I", tensorflow, preload, "-pthread", "-ldl", "-o", path.join(output, preloadFile)],
    [
      ...[...options, ...node, "-include", header, "-I", sources, "-I", tensorflow],
      ...[path.join(binding, "tfjs_backend.cc"), path.join(binding, "tfjs_binding.cc")],
      ...[...linked, "-o", path.join(output, addonFile)],
    ],
  ];
}

async function writeAll(directory: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  for (const [name, bytes] of files) {
    await mkdir(path.dirname(path.join(directory, name)), { recursive: true });
    await writeFile(path.join(directory, name), bytes);
  }
}

/** Whether the addon loads. Runs in a separate process, because a broken library would crash this one. */
async function loads(directory: string): Promise<boolean> {
  const addon = path.join(directory, addonFile);
  try {
    await access(addon);
    await run(process.execPath, ["-e", "require(process.argv[1])", addon], {});
    return true;
  } catch {
    return false;
  }
}

const help = `npm run setup:native -- [options]

Installs native TensorFlow from package registries, exactly as the container image does.

  --target DIR   Folder to install into (default: the user's cache)
  --help         This text
`;

async function main(): Promise<void> {
  const values = readCommand(help, { target: { type: "string" } });
  if (!values) return;
  exitOnSignals();
  try {
    console.log(await setupNative(values.target === undefined ? {} : { target: values.target }));
  } catch (error) {
    if (!(error instanceof NativeSetupError || error instanceof PackageError)) throw error;
    console.error(`${error.code}: ${error.message}`);
    process.exitCode = 1;
  }
}

if (isMainModule(import.meta.url)) await main();
