import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { usage } from "../failure.ts";
import { manifestExtensions, readManifest } from "./manifest.ts";
import { isReference, photo, photoExtensions, type Source } from "./source.ts";

/** A folder given by mistake, a home folder or a disk, must not be uploaded as a whole. */
export const walkLimits = { photos: 10_000, depth: 12 } as const;

/** Everything that the inputs name, in their order. @throws CommandFailure */
export async function collect(inputs: readonly string[], folder: string): Promise<readonly Source[]> {
  const sources: Source[] = [];
  for (const input of inputs) sources.push(...(await expand(input, folder)));
  return sources;
}

async function expand(input: string, folder: string): Promise<readonly Source[]> {
  if (isReference(input)) return [{ name: input, kind: "reference" }];
  const file = path.resolve(folder, input);
  const isFolder = (await statOf(file, input)).isDirectory();
  if (isFolder) return walk(input, file);
  if (manifestExtensions.includes(path.extname(file).toLowerCase())) return entriesOf(input, file);
  return [photoOf(input, file)];
}

async function entriesOf(manifest: string, file: string): Promise<readonly Source[]> {
  const entries = await readManifest(file);
  if (entries.length === 0) throw usage(`The manifest "${manifest}" names no image.`);
  const sources: Source[] = [];
  for (const entry of entries) {
    if (isReference(entry)) {
      sources.push({ name: entry, kind: "reference" });
      continue;
    }
    // A photo stands beside its manifest, wherever the command is run.
    const place = path.resolve(path.dirname(file), entry);
    await statOf(place, `${entry}" of the manifest "${manifest}`);
    sources.push(photoOf(entry, place));
  }
  return sources;
}

function photoOf(name: string, file: string): Source {
  const found = photo(name, file);
  if (found) return found;
  throw usage(`"${name}" is neither a photo (${photoExtensions.join(", ")}) nor a manifest.`);
}

async function statOf(file: string, name: string) {
  try {
    return await stat(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "There is no" : `(${code}) Nobody can read`;
    throw usage(`${why} "${name}".`, { cause: error });
  }
}

/** Photos of a folder and of those below it, by name. Links are not followed: they may lead in circles. */
async function walk(name: string, top: string): Promise<readonly Source[]> {
  const found: Source[] = [];
  const visit = async (folder: string, shown: string, depth: number): Promise<void> => {
    if (depth > walkLimits.depth) throw usage(`"${name}" is more than ${walkLimits.depth} folders deep.`);
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith(".")) continue;
      const [file, label] = [path.join(folder, entry.name), path.join(shown, entry.name)];
      if (entry.isDirectory()) await visit(file, label, depth + 1);
      const source = entry.isFile() ? photo(label, file) : undefined;
      if (source) found.push(source);
      if (found.length > walkLimits.photos) throw usage(`"${name}" has more than ${walkLimits.photos} photos.`);
    }
  };
  await visit(top, name, 0);
  if (found.length === 0) throw usage(`There is no photo (${photoExtensions.join(", ")}) in the folder "${name}".`);
  return found;
}
