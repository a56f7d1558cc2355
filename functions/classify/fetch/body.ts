import { type Readable, Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import zlib from "node:zlib";
import { ImageError } from "../image-error.ts";
import { Inflate } from "./inflate.ts";

type Decoder = () => Transform;

/** Available in Node 22.15 and later. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: Decoder };
const decoders: Readonly<Record<string, Decoder | undefined>> = {
  gzip: () => zlib.createGunzip(),
  "x-gzip": () => zlib.createGunzip(),
  deflate: () => new Inflate(),
  br: () => zlib.createBrotliDecompress(),
  zstd: createZstdDecompress,
};
/** Maximum number of chained codings: servers and their proxies apply two at most. */
const maxCodings = 4;

/**
 * Reads a whole body of at most `maxBytes`, counted as bytes arrive and again after each decoding, because neither the
 * declared nor the compressed length limits the decoded size. Unknown coding names ("none", "UTF-8") are ignored: the
 * content decides.
 * @param codings the header Content-Encoding, also of S3 objects
 * @throws ImageError "ImageTooLarge", "UpstreamError"
 */
export async function readBody(body: Readable, maxBytes: number, codings = ""): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const collect = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  let stages: readonly Transform[];
  try {
    stages = decodersOf(codings).flatMap((decoder) => [decoder, counter(maxBytes)]);
  } catch (error) {
    discard(body);
    throw error;
  }
  try {
    await pipeline([body, counter(maxBytes), ...stages, collect]);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code && /^(Z_|ZSTD_|ERR_BROTLI|ERR_ZSTD|ERR__ERROR_FORMAT)/.test(code)) {
      throw new ImageError("UpstreamError", `The image's "${codings}" compression is damaged.`, { cause });
    }
    throw cause;
  }
  return Buffer.concat(chunks);
}

/** Codings are undone in reverse order. */
function decodersOf(codings: string): readonly Transform[] {
  const names = codings
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => Object.hasOwn(decoders, name));
  if (names.length > maxCodings) {
    throw new ImageError(
      "UpstreamError",
      `The image is compressed ${names.length} times; at most ${maxCodings} times are supported.`,
    );
  }
  return names.reverse().map((name) => {
    const make = decoders[name];
    if (make) return make();
    throw new ImageError(
      "UpstreamError",
      `The image is compressed with "${name}", which this service does not support.`,
    );
  });
}

/** @throws ImageError "ImageTooLarge" */
export function checkLength(bytes: number, maxBytes: number): void {
  if (bytes > maxBytes) {
    throw new ImageError(
      "ImageTooLarge",
      `The image has more than ${maxBytes} bytes (setting "maxImageBytes"): send a smaller one.`,
    );
  }
}

function counter(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      try {
        checkLength(bytes, maxBytes);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

/** Ends a stream that is not read. Its last error does not matter, but without a listener it would end the process. */
export function discard(body: Readable): void {
  body.on("error", () => {}).destroy();
}
