import { gunzipSync } from "node:zlib";

const block = 512;

/**
 * The files of an npm tarball (gzip, ustar), by path. npm packs only plain files, so links and devices are skipped.
 * Nothing is written to disk.
 * @throws RangeError when the archive is truncated
 */
export function readTarball(bytes: Uint8Array): ReadonlyMap<string, Buffer> {
  const archive = gunzipSync(bytes);
  const files = new Map<string, Buffer>();
  let longName: string | undefined;
  for (let at = 0; at + block <= archive.length; ) {
    const header = archive.subarray(at, at + block);
    if (header[0] === 0) break;
    const size = Number.parseInt(field(header, 124, 12), 8);
    const content = archive.subarray(at + block, at + block + size);
    if (content.length < size) throw new RangeError("The tarball ends in the middle of a file.");
    const type = field(header, 156, 1);
    const prefix = field(header, 345, 155);
    const name = longName ?? (prefix ? `${prefix}/${field(header, 0, 100)}` : field(header, 0, 100));
    longName = type === "x" ? paxPath(content) : undefined;
    if (type === "0" || type === "") files.set(name, Buffer.from(content));
    at += block + Math.ceil(size / block) * block;
  }
  return files;
}

function field(header: Buffer, start: number, length: number): string {
  return header
    .subarray(start, start + length)
    .toString("utf8")
    .replace(/\0.*$/s, "")
    .trim();
}

/**
 * A pax header consists of lines `<length> <key>=<value>`. Only the path matters here: it is used when a path is longer
 * than ustar's field.
 */
function paxPath(content: Buffer): string | undefined {
  return /^\d+ path=(.*)$/m.exec(content.toString("utf8"))?.[1];
}
