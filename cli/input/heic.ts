import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { FilePath } from "./source.ts";

/** A HEIC photo cannot be converted on this machine; the message has the remedy. */
export class HeicNotConverted extends Error {
  override readonly name = "HeicNotConverted";
  readonly code = "UnsupportedImageFormat";
}

interface Converter {
  readonly command: string;
  readonly parameters: (from: string, to: string) => readonly string[];
}

/** Converters in the order in which they are tried; sips is part of macOS. */
const converters: readonly Converter[] = [
  { command: "sips", parameters: (from, to) => ["-s", "format", "jpeg", from, "--out", to] },
  { command: "heif-convert", parameters: (from, to) => ["-q", "92", from, to] },
  { command: "heif-dec", parameters: (from, to) => ["-q", "92", from, to] },
  { command: "magick", parameters: (from, to) => [`${from}[0]`, "-auto-orient", "-quality", "92", to] },
];

const remedy =
  "The service does not support HEIC. Convert it to JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible), or install " +
  "heif-convert (Debian and Ubuntu: libheif-examples; macOS has sips) and run the command again.";

const run = promisify(execFile);
/** Timeout of one conversion, in milliseconds. */
const limitMs = 60_000;

/**
 * Converts a HEIC photo to JPEG with a program of the system, passes the file to `work` and deletes it.
 * @throws HeicNotConverted
 */
export async function withJpeg<T>(
  file: FilePath,
  work: (jpeg: string) => Promise<T>,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<T> {
  // Parameters are text, so a name that is not Unicode cannot be passed.
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
  throw new HeicNotConverted(problems.length === 0 ? remedy : `No converter can read it (${problems.join("; ")}).`);
}

/** A file with several pictures is converted to photo-1.jpg and so on; the first one is used. */
async function firstIn(folder: string): Promise<string> {
  const [first] = (await readdir(folder)).sort();
  if (first === undefined) throw new HeicNotConverted("The converter wrote no photo.");
  return first;
}
