import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { apiLimits } from "../../../contract/limits.ts";
import { ManifestUnreadable } from "../errors.ts";

/** Bytes at which a stream of bytes begins again, after its first piece was looked at. */
export async function* joined(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  yield* rest;
}

/** Bytes from which the format of a text is found. */
const peekedBytes = apiLimits.manifestLineBytes;

/** The beginning of a stream, however small its first pieces are, and all of it. */
export async function peeked(
  pieces: AsyncIterable<Uint8Array>,
): Promise<{ readonly first: Uint8Array; readonly all: AsyncGenerator<Uint8Array> }> {
  const iterator = pieces[Symbol.asyncIterator]();
  let first: Uint8Array = new Uint8Array();
  while (first.length < peekedBytes) {
    const { value, done } = await iterator.next();
    if (done) break;
    first = first.length === 0 ? value : Buffer.concat([first, value]);
  }
  return { first, all: joined(first, { [Symbol.asyncIterator]: () => iterator }) };
}

/**
 * The bytes of a text in UTF-8, decompressed, without its byte order mark.
 * @throws ManifestUnreadable for a binary file, a text in another coding, a gzip file that is damaged or cut off, and more
 * bytes than `mostBytes`.
 */
export async function* textBytes(
  pieces: AsyncIterable<Uint8Array>,
  { name, mostBytes }: { readonly name: string; readonly mostBytes: number },
): AsyncGenerator<Uint8Array> {
  const { first, all } = await peeked(pieces);
  const gzip = first[0] === 0x1f && first[1] === 0x8b;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let passed = 0;
  for await (const piece of gzip ? (await peeked(gunzipped(all, name))).all : all) {
    if (passed === 0) refuseOtherCoding(piece, name);
    passed += piece.length;
    if (passed > mostBytes) throw unreadable(name, `it has more than ${mostBytes} bytes`);
    if (piece.includes(0)) throw unreadable(name, "it is a binary file, not a text");
    decode(decoder, piece, name);
    yield passed === piece.length && hasMark(piece) ? piece.subarray(3) : piece;
  }
  decode(decoder, undefined, name);
}

export const unreadable = (name: string, why: string, options?: ErrorOptions): ManifestUnreadable =>
  new ManifestUnreadable(`The manifest "${name}" cannot be read: ${why}.`, options);

/** Decodes only to find what is not UTF-8; readers of lines and elements work on bytes. */
function decode(decoder: TextDecoder, piece: Uint8Array | undefined, name: string): void {
  try {
    decoder.decode(piece, { stream: piece !== undefined });
  } catch (cause) {
    throw unreadable(name, "it is not encoded in UTF-8: save it as UTF-8", { cause });
  }
}

function refuseOtherCoding(piece: Uint8Array, name: string): void {
  const [one, two] = piece;
  const utf16 = (one === 0xff && two === 0xfe) || (one === 0xfe && two === 0xff);
  if (utf16) throw unreadable(name, "it is encoded in UTF-16: save it as UTF-8");
}

const hasMark = ([one, two, three]: Uint8Array): boolean => one === 0xef && two === 0xbb && three === 0xbf;

async function* gunzipped(pieces: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* pipeline(Readable.from(pieces), createGunzip(), () => undefined) as AsyncIterable<Uint8Array>;
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (!code.startsWith("Z_")) throw error;
    const cut = code === "Z_BUF_ERROR";
    throw unreadable(
      name,
      cut ? "its gzip data ends too early: upload it again" : `its gzip data is damaged (${message})`,
      {
        cause: error,
      },
    );
  }
}
