import { createHash } from "node:crypto";
import { chmod, constants, copyFile, mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { RunError } from "@pulumi/pulumi/errors.js";
import { integerFiles, modelFiles } from "../contract/model.ts";
import { sourceMapFile } from "../contract/source-maps.ts";
import { makeWholeFolder } from "../lib/whole-folder.ts";
import { buildKey, readUnchanged, writeBuildRecord } from "./build-record.ts";
import { bundleTarget, type ImageTarget } from "./bundle.ts";
import { modelFileNames, modelFolder, readModelFile } from "./model-files.ts";
import { pruneContexts } from "./prune-contexts.ts";
import { separateContexts } from "./separate-contexts.ts";

export type { ImageTarget };

/**
 * A staged build context. Its folder never changes after staging, so a sandbox can keep running from it while newer
 * contexts are staged.
 */
export interface ImageContext {
  readonly target: ImageTarget;
  /**
   * Hash of file names and contents. The same sources give the same hash, whatever the umask, the owner or the location
   * of the checkout.
   */
  readonly hash: string;
  /** Relative to the project, so that two checkouts declare the same path: `.build/image/classify/<hash>`. */
  readonly folder: string;
}

export interface StageOptions {
  readonly root: string;
  /** Folder of the model. @default the built default model in the cache */
  readonly model?: string;
}

/** A file of the context: either its content, or the path of the file from which it is copied. */
type Part = { readonly contents: Uint8Array } | { readonly from: string };

/** A file that the image needs cannot be read. */
export class ImageContextError extends RunError {
  override readonly name = "ImageContextError";
}

/** Stages the context of a target. If the sources are unchanged, it finds the existing folder and writes nothing. */
export async function stageContext(target: ImageTarget, options: StageOptions): Promise<ImageContext> {
  const { root } = options;
  const parent = path.join(root, ".build", "image", target);
  const record = `${parent}.json`;
  const key = buildKey(modelFolder(root, options.model));
  const started = Date.now();
  const contextOf = (name: string): ImageContext => ({
    target,
    hash: name,
    folder: path.posix.join(".build", "image", target, name),
  });
  await separateContexts(parent);
  const known = await readUnchanged(root, record, key);
  if (known !== undefined && (await touch(path.join(parent, known)))) return contextOf(known);

  const { parts, inputs, maps } = await partsOf(target, options);
  const hash = createHash("sha256");
  for (const [file, part] of parts) {
    const bytes = "contents" in part ? part.contents : await readPart(part.from);
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  const name = hash.digest("hex").slice(0, 16);
  const folder = path.join(parent, name);
  if (!(await touch(folder))) await write(folder, parts);
  await writeMaps(folder, maps);
  await pruneContexts(parent);
  await writeBuildRecord(root, record, { name, key, inputs, started });
  return contextOf(name);
}

/**
 * The files of a target's image, and no others: an allow-list that maps each path in the context to its content, sorted
 * by path. Also returns all files that were read.
 */
async function partsOf(
  target: ImageTarget,
  { root, model }: StageOptions,
): Promise<{
  readonly parts: readonly (readonly [string, Part])[];
  readonly inputs: readonly string[];
  readonly maps: Readonly<Record<string, string>>;
}> {
  const parts = new Map<string, Part>();
  const packages = target === "classify" ? ["package.json", "package-lock.json"] : [];
  const texts = ["Dockerfile", ".dockerignore", ...packages].map(
    (file) => [file, path.join(root, "image", file)] as const,
  );
  for (const [file, from] of texts) parts.set(file, { contents: await readText(from) });
  if (target === "classify") {
    const folder = modelFolder(root, model);
    for (const file of modelFileNames(folder)) {
      parts.set(`model/${file}`, { from: path.join(folder, file) });
    }
    // The integer form is a separate layer, and the Dockerfile's COPY needs a folder even if the model has no integer
    // form.
    if (![...parts.keys()].some((file) => file.startsWith("model/int8/"))) {
      parts.set("model/int8/absent", { contents: new Uint8Array() });
    }
  }
  const copied = [...parts.values()].flatMap((part) => ("from" in part ? [part.from] : []));
  const inputs = new Set([...texts.map(([, from]) => from), ...copied]);
  const maps: Record<string, string> = {};
  for (const bundle of await bundleTarget(root, target)) {
    parts.set(bundle.file, { contents: bundle.contents });
    maps[bundle.file] = bundle.map;
    for (const input of bundle.inputs) inputs.add(input);
  }
  return { parts: [...parts].sort(([a], [b]) => (a < b ? -1 : 1)), inputs: [...inputs], maps };
}

/**
 * Source maps are written on every call: editing a comment moves lines, but does not change the code and therefore not
 * the folder.
 */
async function writeMaps(folder: string, maps: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, map] of Object.entries(maps)) {
    const location = sourceMapFile(folder, file);
    await mkdir(path.dirname(location), { recursive: true });
    await writeFile(location, map);
  }
}

async function readPart(file: string): Promise<Buffer> {
  if ([...modelFiles, ...integerFiles].some((name) => file.endsWith(path.join(path.sep, name))))
    return readModelFile(file);
  try {
    return await readFile(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ImageContextError(`The image needs "${file}", which cannot be read (${code}). Restore it.`, { cause });
  }
}

/**
 * Reads a text file of the checkout with LF line endings, as in the repository, so that a checkout on Windows produces
 * the same image.
 */
async function readText(file: string): Promise<Buffer> {
  return Buffer.from((await readPart(file)).toString("utf8").replaceAll("\r\n", "\n"));
}

/** Marks a staged folder as used now. Returns false if the folder does not exist. */
async function touch(folder: string): Promise<boolean> {
  const now = new Date();
  return utimes(folder, now, now).then(
    () => true,
    () => false,
  );
}

/** Writes a context. If another process has staged the same content first, its folder is used. */
function write(folder: string, parts: readonly (readonly [string, Part])[]): Promise<void> {
  return makeWholeFolder(folder, async (work) => {
    for (const [file, part] of parts) await put(work, file, part);
    await chmod(work, 0o755);
  });
}

/**
 * Sets the file modes explicitly. Otherwise they, and with them the hash of the build context, would depend on the
 * umask.
 */
async function put(work: string, file: string, part: Part): Promise<void> {
  const location = path.join(work, file);
  await mkdir(path.dirname(location), { recursive: true });
  if ("contents" in part) await writeFile(location, part.contents);
  // A copy instead of a link, so that a sandbox that runs from this folder cannot change the cache. If the file system
  // shares blocks between copies, the copy takes no extra space.
  else await copyFile(part.from, location, constants.COPYFILE_FICLONE);
  await chmod(location, 0o644);
  for (let above = path.dirname(file); above !== "."; above = path.dirname(above)) {
    await chmod(path.join(work, above), 0o755);
  }
}

/**
 * Stages the contexts of all targets concurrently. If one fails, the error is thrown only after the other has finished
 * writing.
 */
export async function stageContexts(options: StageOptions): Promise<Readonly<Record<ImageTarget, ImageContext>>> {
  const [light, classify] = await Promise.allSettled([
    stageContext("light", options),
    stageContext("classify", options),
  ]);
  if (light.status === "rejected") throw light.reason;
  if (classify.status === "rejected") throw classify.reason;
  return { light: light.value, classify: classify.value };
}
