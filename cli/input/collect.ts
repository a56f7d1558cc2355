import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { usage } from "../failure.ts";
import { type ManifestEntry, manifestExtensions, readManifest, unnamedEntries } from "./manifest.ts";
import { Skipped } from "./skipped.ts";
import { extensionOf, type FilePath, isReference, photo, photoExtensions, type Source } from "./source.ts";

/** Limits that prevent uploading a home folder or a disk by mistake. */
export const walkLimits = { photos: 10_000, depth: 12 } as const;

/** The input that is a list on standard input. */
export const standardInput = "-";

/** What the user named, and where. */
export interface Inputs {
  readonly names: readonly string[];
  /** The folder to which names are relative. */
  readonly folder: string;
  readonly stdin?: AsyncIterable<Uint8Array>;
}

export interface Collected {
  readonly sources: readonly Source[];
  /** The skipped files, in one sentence. */
  readonly skipped?: string;
}

/**
 * All images in the inputs, in order. An input that cannot be read becomes a source of the kind "unreadable", so that
 * the rest is classified.
 * @throws CommandFailure if no input can be read, or one is invalid as a whole
 */
export async function collect(
  inputs: readonly string[],
  { folder, stdin }: Pick<Inputs, "folder" | "stdin">,
): Promise<Collected> {
  const skipped = new Skipped();
  const sources: Source[] = [];
  for (const input of inputs) {
    const found = input === standardInput ? await listed(stdin, folder) : await expand(input, folder, skipped);
    for (const source of found) sources.push(source);
  }
  const sentence = skipped.sentence();
  if (sources.every(({ kind }) => kind === "unreadable")) {
    const [first] = sources;
    const photos = `Photos end in ${photoExtensions.join(", ")}; lists in ${manifestExtensions.join(", ")}.`;
    if (first?.kind === "unreadable") throw usage(first.problem.message);
    throw usage(`There is no photo in ${inputs.map((input) => `"${input}"`).join(", ")}. ${sentence ?? ""} ${photos}`);
  }
  return sentence === undefined ? { sources } : { sources, skipped: sentence };
}

async function expand(input: string, folder: string, skipped: Skipped): Promise<readonly Source[]> {
  if (isReference(input)) return [{ name: input, kind: "reference" }];
  const file = path.resolve(folder, input);
  const kind = await kindOf(file);
  if (kind === "folder") return walk(input, file, skipped);
  if (kind !== "file") return [unreadable(input, problemSentence(kind, input))];
  if (manifestExtensions.includes(extensionOf(file))) return entriesOf(input, file);
  const found = photo(input, file);
  // A pattern such as photos/* matches every file.
  if (!found) skipped.add(extensionOf(file) || "without an extension");
  return found ? [found] : [];
}

/** The images of a list on standard input. */
async function listed(
  stdin: AsyncIterable<Uint8Array> = Readable.from([]),
  folder: string,
): Promise<readonly Source[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stdin) pieces.push(piece);
  const entries = unnamedEntries(Buffer.concat(pieces));
  if (entries.length === 0) throw usage("The list on standard input names no image.");
  return sourcesOf(entries, standardInput, folder);
}

async function entriesOf(manifest: string, file: string): Promise<readonly Source[]> {
  const entries = await readManifest(file);
  if (entries.length === 0) throw usage(`The manifest "${manifest}" names no image.`);
  return sourcesOf(entries, manifest, path.dirname(file));
}

async function sourcesOf(
  entries: readonly ManifestEntry[],
  manifest: string,
  folder: string,
): Promise<readonly Source[]> {
  const sources: Source[] = [];
  for (const entry of entries) sources.push(await entrySource(entry, manifest, folder));
  return sources;
}

/** The path of a photo is relative to its manifest, not to the working directory. */
async function entrySource({ image, bytes }: ManifestEntry, manifest: string, folder: string): Promise<Source> {
  if (isReference(image)) return { name: image, kind: "reference" };
  const named = path.resolve(folder, image);
  const candidates: FilePath[] = bytes ? [named, joined(Buffer.from(folder), bytes)] : [named];
  let kind: Kind = { code: "ENOENT" };
  for (const file of candidates) {
    kind = await kindOf(file);
    if (kind !== "file") continue;
    const found = photo(image, file);
    if (found) return found;
    return unreadable(image, `"${image}" of the manifest "${manifest}" is not named like a photo.`);
  }
  return unreadable(image, problemSentence(kind, `${image}" of the manifest "${manifest}`));
}

function unreadable(name: string, message: string): Source {
  return { name, kind: "unreadable", problem: { code: "PhotoNotReadable", message } };
}

type Kind = "file" | "folder" | "other" | { readonly code: string };

async function kindOf(file: FilePath): Promise<Kind> {
  try {
    const found = await stat(file);
    return found.isDirectory() ? "folder" : found.isFile() ? "file" : "other";
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? "unknown" };
  }
}

function problemSentence(kind: Kind, name: string): string {
  if (kind === "folder") return `"${name}" is a folder; a list must name photos.`;
  if (kind === "other" || kind === "file") return `"${name}" is not a regular file.`;
  if (kind.code !== "ENOENT") return `"${name}" cannot be read (${kind.code}).`;
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(name);
  return isAddress
    ? `"${name}" cannot be fetched: an address begins with https://, http:// or s3://.`
    : `There is no "${name}".`;
}

/** Photos of a folder and its subfolders, by name. Links are not followed, because they may be circular. */
async function walk(name: string, top: string, skipped: Skipped): Promise<readonly Source[]> {
  const found: Source[] = [];
  const visit = async (folder: FilePath, shown: string, depth: number): Promise<void> => {
    if (depth > walkLimits.depth) throw usage(`"${name}" is more than ${walkLimits.depth} folders deep.`);
    for (const entry of await entriesIn(folder, shown, depth, skipped)) {
      const file = pathOf(folder, entry.name);
      const label = path.join(shown, shownName(entry.name));
      if (entry.isDirectory()) {
        if (!isHidden(entry.name)) await visit(file, label, depth + 1);
        continue;
      }
      const source = entry.isFile() && !isHidden(entry.name) ? photo(label, file) : undefined;
      if (source) found.push(source);
      else skipped.add(kindName(entry));
      if (found.length > walkLimits.photos) throw usage(`"${name}" has more than ${walkLimits.photos} photos.`);
    }
  };
  await visit(top, name, 0);
  return found;
}

type Entry = Dirent<Buffer>;

async function entriesIn(folder: FilePath, shown: string, depth: number, skipped: Skipped): Promise<readonly Entry[]> {
  try {
    const entries = (await readdir(folder, { encoding: "buffer", withFileTypes: true })) as unknown as Entry[];
    return entries.sort((a, b) => Buffer.compare(a.name, b.name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (depth === 0) throw usage(`The folder "${shown}" cannot be read (${code}).`, { cause: error });
    skipped.add("unreadable folder");
    return [];
  }
}

function kindName(entry: Entry): string {
  if (entry.isSymbolicLink()) return "link";
  if (!entry.isFile()) return "special file";
  return isHidden(entry.name) ? "hidden" : extensionOf(entry.name) || "without an extension";
}

const isHidden = (name: Buffer): boolean => name[0] === 0x2e;

/** The path as a string if it is Unicode, which works on every system; otherwise its bytes. */
function pathOf(folder: FilePath, name: Buffer): FilePath {
  return typeof folder === "string" && isUnicode(name)
    ? path.join(folder, name.toString("utf8"))
    : joined(Buffer.from(folder), name);
}

function joined(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, Buffer.from(path.sep), name]);
}

const isUnicode = (name: Buffer): boolean => Buffer.from(name.toString("utf8")).equals(name);

/** Shows bytes of a name that are not UTF-8 as \xNN, so that different names stay different. */
function shownName(name: Buffer): string {
  if (isUnicode(name)) return name.toString("utf8");
  return Array.from(name, (byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`,
  ).join("");
}
