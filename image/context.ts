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

/** A staged build context. Its folder is never changed again: what runs from it keeps running while newer ones come. */
export interface ImageContext {
  readonly target: ImageTarget;
  /** Of names and contents: the same for the same sources, whatever the umask, the owner or the place of the checkout. */
  readonly hash: string;
  /** Relative to the project, so that two checkouts declare the same: `.build/image/classify/<hash>`. */
  readonly folder: string;
}

export interface StageOptions {
  readonly root: string;
  /** Folder of the model. @default the built default model in the cache */
  readonly model?: string;
}

/** A file of the context: what it contains, or which file it is a copy of. */
type Part = { readonly contents: Uint8Array } | { readonly from: string };

/** Something that the image needs is not there. */
export class ImageContextError extends RunError {
  override readonly name = "ImageContextError";
}

/** Stages the context of a target; unchanged sources find their folder and write nothing. */
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
 * What goes into the image of a target, and nothing else: an allow-list, sorted, path in the context to content; and
 * every file read for it.
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
    // A separate layer in the Dockerfile, which needs a folder to copy even if the model has no integer form.
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

/** Written each time: an edit of a comment moves lines and leaves the code, and so the folder, as it was. */
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

/** A text of the checkout with the line ends that the repository has: a checkout on Windows gives the same image. */
async function readText(file: string): Promise<Buffer> {
  return Buffer.from((await readPart(file)).toString("utf8").replaceAll("\r\n", "\n"));
}

/** Marks a staged folder as used now. False when there is none. */
async function touch(folder: string): Promise<boolean> {
  const now = new Date();
  return utimes(folder, now, now).then(
    () => true,
    () => false,
  );
}

/** Writes a context; another process may have staged the same content first, and its folder is as good. */
function write(folder: string, parts: readonly (readonly [string, Part])[]): Promise<void> {
  return makeWholeFolder(folder, async (work) => {
    for (const [file, part] of parts) await put(work, file, part);
    await chmod(work, 0o755);
  });
}

/** Modes are set, not inherited: the umask would be part of the build's context hash. */
async function put(work: string, file: string, part: Part): Promise<void> {
  const location = path.join(work, file);
  await mkdir(path.dirname(location), { recursive: true });
  if ("contents" in part) await writeFile(location, part.contents);
  // A copy, never a link: a sandbox that runs from this folder must not be able to change the cache. Where the disk
  // shares blocks between copies, this one takes no space.
  else await copyFile(part.from, location, constants.COPYFILE_FICLONE);
  await chmod(location, 0o644);
  for (let above = path.dirname(file); above !== "."; above = path.dirname(above)) {
    await chmod(path.join(work, above), 0o755);
  }
}

/** Stages the contexts of all targets, side by side; a failure of one waits for the other, which is still writing. */
export async function stageContexts(options: StageOptions): Promise<Readonly<Record<ImageTarget, ImageContext>>> {
  const [light, classify] = await Promise.allSettled([
    stageContext("light", options),
    stageContext("classify", options),
  ]);
  if (light.status === "rejected") throw light.reason;
  if (classify.status === "rejected") throw classify.reason;
  return { light: light.value, classify: classify.value };
}
