import { createRequire } from "node:module";
import sharp, { type Sharp } from "sharp";
import { ImageError } from "./image-error.ts";

interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** NetSurf's BMP decoder in WebAssembly; loaded with the first BMP. */
let decodeBitmap: ((bytes: Uint8Array) => Bitmap) | undefined;

/**
 * Width and height that a BMP declares: signed 32 bit (a negative height is stored top down), or unsigned 16 bit in
 * the oldest header.
 * @throws ImageError "CorruptImage"
 */
export function bmpSize(bytes: Buffer): { readonly width: number; readonly height: number } {
  const headerSize = bytes.length >= 26 ? bytes.readUInt32LE(14) : 0;
  const old = headerSize === 12;
  const width = headerSize === 0 ? 0 : old ? bytes.readUInt16LE(18) : bytes.readInt32LE(18);
  const height = headerSize === 0 ? 0 : old ? bytes.readUInt16LE(20) : Math.abs(bytes.readInt32LE(22));
  if (width <= 0 || height === 0)
    throw new ImageError("CorruptImage", "The BMP image has no valid size in its header.");
  return { width, height };
}

/** Decodes a BMP, whose size was checked, into something that sharp goes on with. */
export function readBmp(bytes: Buffer): Sharp {
  decodeBitmap ??= createRequire(import.meta.url)("@cwasm/nsbmp").decode as (bytes: Uint8Array) => Bitmap;
  const { width, height, data } = decodeBitmap(bytes);
  return sharp(Buffer.from(data.buffer, data.byteOffset, data.byteLength), { raw: { width, height, channels: 4 } });
}
