import { ImageError } from "../../image-error.ts";
import { unsupported } from "../formats.ts";

export type Compression = "none" | "runs of 8 bits" | "runs of 4 bits";

/** How a BMP stores its pixels. */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  /** The first stored row is the top row. */
  readonly topDown: boolean;
  readonly bitsPerPixel: number;
  readonly compression: Compression;
  /** Bits of red, green, blue and alpha in a pixel of 16 or 32 bits. */
  readonly masks: readonly [number, number, number, number];
  /** Offset of the palette, three or four bytes per colour: blue, green, red. */
  readonly palette: { readonly start: number; readonly count: number; readonly size: number };
  /** Offset of the pixels. */
  readonly start: number;
}

/** Size of the file header: "BM", size, reserved, offset of the pixels. */
const fileHeaderBytes = 14;
const coreHeaderBytes = 12;
const infoHeaderBytes = 40;
/** OS/2 headers may omit everything after the number of bits. */
const shortestInfoBytes = 16;
/** OS/2 2.x. Its compression numbers above 2 differ from those of Windows. */
const os2HeaderBytes = 64;
/** Sizes of the info headers with masks: V2 and V3 (Adobe's), V4, V5. */
const maskedHeaderBytes = [52, 56, 108, 124];

/** Whether the bytes begin like a BMP. The reserved bytes may have any value if a header follows them. */
export function isBmp(head: string): boolean {
  if (!head.startsWith("BM")) return false;
  if (head.slice(6, 10) === "\0\0\0\0") return true;
  const bytes = Buffer.from(head, "latin1");
  const size = headerSize(bytes);
  return size !== undefined && bytes.readUInt16LE(size === coreHeaderBytes ? 22 : 26) === 1;
}

/** @throws ImageError "CorruptImage", "UnsupportedImageFormat" */
export function readHeader(bytes: Buffer): BmpHeader {
  const size = headerSize(bytes);
  if (size === undefined) throw damaged("has no valid size in its header");
  if (bytes.length < fileHeaderBytes + size) throw damaged("ends within its header");
  return size === coreHeaderBytes ? readCore(bytes) : readInfo(bytes, size);
}

/** The size of the header after the file header; undefined if there is none. */
function headerSize(bytes: Buffer): number | undefined {
  if (bytes.length < 30) return undefined;
  const size = bytes.readUInt32LE(fileHeaderBytes);
  return size === coreHeaderBytes || (size >= shortestInfoBytes && size <= 124) ? size : undefined;
}

function readCore(bytes: Buffer): BmpHeader {
  const bitsPerPixel = bytes.readUInt16LE(24);
  checkBits(bitsPerPixel, [1, 4, 8, 24]);
  const start = fileHeaderBytes + coreHeaderBytes;
  return {
    width: checkSide(bytes.readUInt16LE(18)),
    height: checkSide(bytes.readUInt16LE(20)),
    topDown: false,
    bitsPerPixel,
    compression: "none",
    masks: [0, 0, 0, 0],
    palette: { start, count: bitsPerPixel > 8 ? 0 : 2 ** bitsPerPixel, size: 3 },
    start: bytes.readUInt32LE(10),
  };
}

function readInfo(bytes: Buffer, size: number): BmpHeader {
  // An OS/2 header may be shorter; missing fields are 0.
  const field = (at: number): number => (at + 4 <= fileHeaderBytes + size ? bytes.readUInt32LE(at) : 0);
  const bitsPerPixel = bytes.readUInt16LE(28);
  checkBits(bitsPerPixel, [1, 2, 4, 8, 16, 24, 32]);
  const height = bytes.readInt32LE(22);
  const code = field(30);
  const masked = code === 3 || code === 6;
  if (code > 3 && !masked) throw unsupported(`a BMP with compression ${code}`);
  if (masked && (size === os2HeaderBytes || ![16, 32].includes(bitsPerPixel))) {
    throw unsupported(`a BMP with compression ${code} of ${bitsPerPixel} bits`);
  }
  if ((code === 1 && bitsPerPixel !== 8) || (code === 2 && bitsPerPixel !== 4)) {
    throw damaged(`has runs (compression ${code}) of ${bitsPerPixel} bits`);
  }
  // With the first info header the masks follow it: three, or four with alpha.
  const outside = masked && !maskedHeaderBytes.includes(size) ? (code === 6 ? 16 : 12) : 0;
  const used = field(46);
  const most = bitsPerPixel > 8 ? 0 : 2 ** bitsPerPixel;
  return {
    width: checkSide(bytes.readInt32LE(18)),
    height: checkSide(Math.abs(height)),
    topDown: height < 0,
    bitsPerPixel,
    compression: code === 1 ? "runs of 8 bits" : code === 2 ? "runs of 4 bits" : "none",
    masks: masked
      ? readMasks(bytes, size, code)
      : bitsPerPixel === 16
        ? [0x7c00, 0x3e0, 0x1f, 0]
        : [0xff0000, 0xff00, 0xff, 0],
    palette: { start: fileHeaderBytes + size + outside, count: used === 0 ? most : Math.min(used, most), size: 4 },
    start: bytes.readUInt32LE(10),
  };
}

function readMasks(bytes: Buffer, size: number, code: number): BmpHeader["masks"] {
  const at = fileHeaderBytes + infoHeaderBytes;
  const hasAlpha = size >= 56 || code === 6;
  if (at + (hasAlpha ? 16 : 12) > bytes.length) throw damaged("ends within its masks");
  const mask = (place: number) => bytes.readUInt32LE(at + place * 4);
  return [mask(0), mask(1), mask(2), hasAlpha ? mask(3) : 0];
}

function checkBits(bits: number, allowed: readonly number[]): void {
  if (!allowed.includes(bits)) throw unsupported(`a BMP with ${bits} bits per pixel`);
}

function checkSide(pixels: number): number {
  if (pixels <= 0) throw damaged("has no valid size in its header");
  return pixels;
}

export function damaged(how: string): ImageError {
  return new ImageError("CorruptImage", `The BMP image ${how}.`);
}
