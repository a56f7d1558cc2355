import sharp, { type Sharp } from "sharp";
import { checkPicture, type DecodeLimits } from "../limits.ts";
import { type BmpHeader, damaged, readHeader } from "./bmp-header.ts";
import { drawRuns } from "./bmp-runs.ts";

export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly image: Sharp;
}

/** Blue, green and red of a palette entry, in stored order. */
type Colour = readonly [blue: number, green: number, red: number];
const black: Colour = [0, 0, 0];

/**
 * Decodes a BMP: 1 to 32 bits, palettes, masks, run-length encoding. An alpha channel that is zero everywhere is
 * ignored, because many programs leave those bytes empty. Pixels that runs skip are transparent.
 * @throws ImageError "TooManyPixels", "CorruptImage", "UnsupportedImageFormat"
 */
export function readBmp(bytes: Buffer, limits: DecodeLimits): Bitmap {
  const header = readHeader(bytes);
  const { width, height } = header;
  // Four bytes per pixel, twice: here and where the picture is rotated and resized.
  checkPicture("BMP", width, height, width * height * 8, limits);
  const pixels = header.compression === "none" ? readRows(bytes, header) : readRuns(bytes, header);
  if (!hasAlpha(pixels)) for (let at = 3; at < pixels.length; at += 4) pixels[at] = 255;
  return { width, height, image: sharp(pixels, { raw: { width, height, channels: 4 } }) };
}

function hasAlpha(pixels: Buffer): boolean {
  for (let at = 3; at < pixels.length; at += 4) if (pixels[at] !== 0) return true;
  return false;
}

function readRows(bytes: Buffer, header: BmpHeader): Buffer {
  const { width, height, topDown, bitsPerPixel, start } = header;
  const stride = Math.ceil((width * bitsPerPixel) / 32) * 4;
  if (start + stride * (height - 1) + Math.ceil((width * bitsPerPixel) / 8) > bytes.length) {
    throw damaged("ends before its last pixel");
  }
  const pixels = Buffer.allocUnsafe(width * height * 4);
  const draw = bitsPerPixel <= 8 ? indexed(bytes, header) : bitsPerPixel === 24 ? direct(bytes) : masked(bytes, header);
  for (let row = 0; row < height; row++) {
    const to = (topDown ? row : height - 1 - row) * width * 4;
    for (let x = 0; x < width; x++) draw(start + row * stride, x, pixels, to + x * 4);
  }
  return pixels;
}

/** Writes pixel `x` of the row that begins at `row` as red, green, blue, alpha. */
type Draw = (row: number, x: number, pixels: Buffer, to: number) => void;

function direct(bytes: Buffer): Draw {
  return (row, x, pixels, to) => {
    const at = row + x * 3;
    pixels[to] = bytes[at + 2] ?? 0;
    pixels[to + 1] = bytes[at + 1] ?? 0;
    pixels[to + 2] = bytes[at] ?? 0;
    pixels[to + 3] = 255;
  };
}

function indexed(bytes: Buffer, header: BmpHeader): Draw {
  const { bitsPerPixel: bits } = header;
  const colours = readPalette(bytes, header);
  const perByte = 8 / bits;
  return (row, x, pixels, to) => {
    const byte = bytes[row + Math.floor(x / perByte)] ?? 0;
    const index = (byte >> (8 - bits - (x % perByte) * bits)) & (2 ** bits - 1);
    paint(pixels, to, colours[index] ?? black);
  };
}

function masked(bytes: Buffer, { bitsPerPixel, masks }: BmpHeader): Draw {
  const size = bitsPerPixel / 8;
  const channels = masks.map((mask) => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    return { mask, shift, most: mask === 0 ? 1 : mask >>> shift };
  });
  return (row, x, pixels, to) => {
    const value = bytes.readUIntLE(row + x * size, size);
    for (let place = 0; place < 4; place++) {
      const channel = channels[place];
      if (!channel) continue;
      const { mask, shift, most } = channel;
      // Without alpha bits, all pixels are opaque.
      const intensity = place === 3 && mask === 0 ? 255 : Math.round((((value & mask) >>> shift) * 255) / most);
      pixels[to + place] = intensity;
    }
  };
}

function readRuns(bytes: Buffer, header: BmpHeader): Buffer {
  const colours = readPalette(bytes, header);
  const { width, height, topDown } = header;
  const pixels = Buffer.alloc(width * height * 4);
  drawRuns(bytes, header, (x, row, index) => {
    paint(pixels, ((topDown ? row : height - 1 - row) * width + x) * 4, colours[index] ?? black);
  });
  return pixels;
}

function readPalette(bytes: Buffer, { palette: { start, count, size } }: BmpHeader): readonly Colour[] {
  if (start + count * size > bytes.length) throw damaged("ends within its palette");
  return Array.from({ length: count }, (_, index): Colour => {
    const at = start + index * size;
    return [bytes.readUInt8(at), bytes.readUInt8(at + 1), bytes.readUInt8(at + 2)];
  });
}

function paint(pixels: Buffer, to: number, [blue, green, red]: Colour): void {
  pixels[to] = red;
  pixels[to + 1] = green;
  pixels[to + 2] = blue;
  pixels[to + 3] = 255;
}
