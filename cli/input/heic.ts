import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { withPhoto } from "./photo-file.ts";
import type { FilePath } from "./source.ts";

/** A HEIC photo cannot be converted on this machine; the message has the remedy. */
export class HeicNotConverted extends Error {
  override readonly name = "HeicNotConverted";
  readonly code = "UnsupportedImageFormat";
}

interface Converter {
  readonly command: string;
  readonly reads: keyof Inputs;
  readonly parameters: (from: string, to: string) => readonly string[];
}

/** The photo as it is, and a copy without EXIF. */
interface Inputs {
  readonly original: string;
  readonly withoutExif: string;
}

/** Converters in the order in which they are tried; sips is part of macOS. */
const converters: readonly Converter[] = [
  { command: "sips", reads: "original", parameters: (from, to) => ["-s", "format", "jpeg", from, "--out", to] },
  { command: "heif-convert", reads: "withoutExif", parameters: (from, to) => ["-q", "92", from, to] },
  { command: "heif-dec", reads: "withoutExif", parameters: (from, to) => ["-q", "92", from, to] },
  {
    command: "magick",
    reads: "withoutExif",
    parameters: (from, to) => [`${from}[0]`, "-auto-orient", "-quality", "92", to],
  },
];

const remedy =
  "The service does not support HEIC. Convert it to JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible), or install " +
  "heif-convert (Debian and Ubuntu: libheif-examples; macOS has sips) and run the command again.";

const run = promisify(execFile);
/** Timeout of one conversion, in milliseconds. */
const limitMs = 60_000;

/**
 * Converts a HEIC photo to JPEG with a program of the system, passes the file to `work` and deletes it.
 * @throws HeicNotConverted, PhotoNotReadable
 */
export async function withJpeg<T>(
  file: FilePath,
  work: (jpeg: string) => Promise<T>,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<T> {
  // Parameters are text, so a name that is not Unicode cannot be passed.
  if (typeof file !== "string") throw new HeicNotConverted(`Its name is not Unicode: rename it. ${remedy}`);
  const bytes = await withPhoto(file, (photo) => photo.read());
  const folder = await mkdtemp(path.join(os.tmpdir(), "dlw-heic-"));
  try {
    const withoutExif = path.join(folder, "photo.heic");
    await writeFile(withoutExif, hideExif(bytes));
    await convert({ original: file, withoutExif }, path.join(folder, "photo.jpg"), environment);
    return await work(path.join(folder, await firstIn(folder)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Hides the EXIF of a HEIC photo, in place. The orientation is a property of the picture (`irot`), which EXIF only repeats.
 * heif-convert 1.15 rotates the pixels and copies the EXIF, so that an iPhone's portrait would be rotated twice.
 */
function hideExif(bytes: Buffer): Buffer {
  for (let at = bytes.indexOf("infe"); at !== -1; at = bytes.indexOf("infe", at + 4)) {
    // An item's entry: version and flags (4 bytes), its number (2, or 4 in version 3), protection (2), its type.
    const typeAt = at + (bytes[at + 4] === 3 ? 14 : 12);
    // Converters ignore items of the unknown type "skip".
    if (bytes.toString("latin1", typeAt, typeAt + 4) === "Exif") bytes.write("skip", typeAt, "latin1");
  }
  return bytes;
}

async function convert(inputs: Inputs, to: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const problems: string[] = [];
  for (const { command, reads, parameters } of converters) {
    try {
      await run(command, parameters(inputs[reads], to), { timeout: limitMs, env: environment });
      return;
    } catch (error) {
      const { code, stderr = "", message } = error as NodeJS.ErrnoException & { readonly stderr?: string };
      if (code !== "ENOENT") problems.push(`${command}: ${stderr.trim().split("\n")[0] || message}`);
    }
  }
  throw new HeicNotConverted(problems.length === 0 ? remedy : `No converter can read it (${problems.join("; ")}).`);
}

/**
 * The photo that the converter wrote. A file with several pictures is converted to photo-1.jpg and so on; the first one
 * is used. Some versions of heif-convert also write the depth of a portrait, as photo-depth.jpg.
 */
async function firstIn(folder: string): Promise<string> {
  const names = await readdir(folder);
  const [first] = names.filter((name) => /^photo(-\d+)?\.jpg$/.test(name)).sort();
  if (first === undefined) throw new HeicNotConverted("The converter wrote no photo.");
  return first;
}
