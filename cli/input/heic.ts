import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { FilePath } from "./source.ts";

/** A HEIC photo that this machine cannot convert; the message has the remedy. */
export class HeicNotConverted extends Error {
  override readonly name = "HeicNotConverted";
  readonly code = "UnsupportedImageFormat";
}

interface Converter {
  readonly command: string;
  readonly parameters: (from: string, to: string) => readonly string[];
}

/** In the order in which they are tried: sips is part of macOS, the others are packages. */
const converters: readonly Converter[] = [
  { command: "sips", parameters: (from, to) => ["-s", "format", "jpeg", from, "--out", to] },
  { command: "heif-convert", parameters: (from, to) => ["-q", "92", from, to] },
  { command: "heif-dec", parameters: (from, to) => ["-q", "92", from, to] },
  { command: "magick", parameters: (from, to) => [`${from}[0]`, "-auto-orient", "-quality", "92", to] },
];

const remedy =
  "The service reads no HEIC. Convert it to JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible), or install " +
  "heif-convert (Debian and Ubuntu: libheif-examples; macOS has sips) and run the command again.";

const run = promisify(execFile);
/** Longest that one conversion may take, in milliseconds. */
const limitMs = 60_000;

/** Converts a HEIC photo to JPEG by what the system has, hands the file to `work` and removes it. @throws HeicNotConverted */
export async function withJpeg<T>(
  file: FilePath,
  work: (jpeg: string) => Promise<T>,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<T> {
  // Programs take names as text; a name that is not Unicode cannot be handed over.
  if (typeof file !== "string") throw new HeicNotConverted(`Its name is not Unicode: rename it. ${remedy}`);
  const folder = await mkdtemp(path.join(os.tmpdir(), "dlw-heic-"));
  try {
    await convert(file, path.join(folder, "photo.jpg"), environment);
    return await work(path.join(folder, await firstIn(folder)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function convert(from: string, to: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const problems: string[] = [];
  for (const { command, parameters } of converters) {
    try {
      await run(command, parameters(from, to), { timeout: limitMs, env: environment });
      return;
    } catch (error) {
      const { code, stderr = "", message } = error as NodeJS.ErrnoException & { readonly stderr?: string };
      if (code !== "ENOENT") problems.push(`${command}: ${stderr.trim().split("\n")[0] || message}`);
    }
  }
  throw new HeicNotConverted(problems.length === 0 ? remedy : `No converter reads it (${problems.join("; ")}).`);
}

/** A file of several pictures becomes several photos, photo-1.jpg and so on: the first one is the photo. */
async function firstIn(folder: string): Promise<string> {
  const [first] = (await readdir(folder)).sort();
  if (first === undefined) throw new HeicNotConverted("The converter wrote no photo.");
  return first;
}
