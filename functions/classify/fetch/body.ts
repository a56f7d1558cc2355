import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import zlib from "node:zlib";
import { ImageError } from "../image-error.ts";

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: () => zlib.createGunzip(),
  "x-gzip": () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
  br: () => zlib.createBrotliDecompress(),
};

/**
 * Reads a body whole, at most `maxBytes`: counted as it arrives and again after decompression, because neither a
 * declared length nor a compressed one bounds what comes out.
 * @throws ImageError "ImageTooLarge", "UpstreamError"
 */
export async function readBody(body: Readable, maxBytes: number, encoding = "identity"): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const names = encoding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (names.length > 1 || (names[0] !== undefined && !Object.hasOwn(decoders, names[0]))) {
    discard(body);
    throw new ImageError("UpstreamError", `The host sent the image in the unknown content encoding "${encoding}".`);
  }
  const decoder = decoders[names[0] ?? ""]?.();
  const collect = async (from: AsyncIterable<Buffer>) => {
    for await (const chunk of from) chunks.push(chunk);
  };
  try {
    if (decoder) await pipeline(body, counter(maxBytes), decoder, counter(maxBytes), collect);
    else await pipeline(body, counter(maxBytes), collect);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code && /^(Z_|ERR_BROTLI|ERR__ERROR_FORMAT)/.test(code)) {
      throw new ImageError("UpstreamError", `The host's "${encoding}" compression is damaged.`, { cause });
    }
    throw cause;
  }
  return Buffer.concat(chunks);
}

/** @throws ImageError "ImageTooLarge" */
export function checkLength(bytes: number, maxBytes: number): void {
  if (bytes > maxBytes) {
    throw new ImageError(
      "ImageTooLarge",
      `The image has more than ${maxBytes} bytes (configuration "maxImageBytes"): send a smaller one.`,
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

/** Ends a stream that nobody will read. Its last error is of no interest, but unheard it would end the process. */
export function discard(body: Readable): void {
  body.on("error", () => {}).destroy();
}
