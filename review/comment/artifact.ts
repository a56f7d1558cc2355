import { unzipSync } from "fflate";

/** Maximum number of bytes that are read from an archive, and of the archive itself. */
export const mostBytes = 20_000_000;

/**
 * One JSON file of a zip archive, which a change's own code made: no other file is unpacked, and nothing is written.
 * Undefined if there is no such file, or if it is too large or not JSON.
 */
export function jsonOf(archive: Uint8Array, name: string): unknown {
  try {
    const files = unzipSync(archive, { filter: (file) => file.name === name && file.originalSize <= mostBytes });
    const bytes = files[name];
    return bytes && bytes.length <= mostBytes
      ? (JSON.parse(Buffer.from(bytes).toString("utf8")) as unknown)
      : undefined;
  } catch {
    return undefined;
  }
}
