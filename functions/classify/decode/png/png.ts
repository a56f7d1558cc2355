import { crc32, deflateSync } from "node:zlib";
import { exifOf, orientationOf } from "../exif.ts";
import { unsupported } from "../formats.ts";
import { checkPicture, type DecodeLimits } from "../limits.ts";
import { Parts } from "../parts.ts";
import { type ColourChunks, colourProfile } from "./png-colour.ts";

const signatureBytes = 8;
/** Chunks that are needed to decode the picture (PNG, third edition). All other chunks, mainly texts, are omitted. */
const kept = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT"]);
const colourTypes = ["gAMA", "cHRM", "cICP", "sRGB"] as const;
/** Name of the profile, and its compression. */
const profileName = Buffer.from("colours\0\0", "latin1");
/** Samples per pixel by colour type: grey, RGB, palette, grey with alpha, RGB with alpha. */
const samples: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * The chunks of a PNG that are needed to decode it, its orientation, and a profile if other chunks describe its colours.
 * @throws ImageError "TooManyPixels", "UnsupportedImageFormat"
 */
export function preparePng(bytes: Buffer, limits: DecodeLimits): Buffer {
  const complete = bytes.length >= 29 && bytes.toString("latin1", 12, 16) === "IHDR";
  if (complete) checkHeader(bytes, limits);
  const profile = complete ? missingProfile(bytes) : undefined;
  const parts = new Parts(bytes);
  parts.keep(0, signatureBytes);
  let at = signatureBytes;
  for (const { type, end } of chunksOf(bytes)) {
    // Apple's own form: its colours are in another order and premultiplied, which no decoder here undoes.
    if (type === "CgBI") throw unsupported("a PNG in Apple's own form (CgBI)");
    if (kept.has(type)) parts.keep(at, end);
    else if (type === "eXIf") {
      const orientation = orientationOf(bytes.subarray(at + 8, end - 4));
      if (orientation !== undefined) parts.put(chunk("eXIf", exifOf(orientation)));
    }
    if (type === "IHDR" && profile) parts.put(chunk("iCCP", Buffer.concat([profileName, deflateSync(profile)])));
    at = end;
    if (type === "IEND") return parts.bytes;
  }
  parts.keep(at, bytes.length);
  return parts.bytes;
}

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
  /** Where the next chunk begins. */
  readonly end: number;
}

/** All complete chunks. What follows them is damaged; the decoder reports how. */
function* chunksOf(bytes: Buffer): Generator<Chunk> {
  let at = signatureBytes;
  while (at + 12 <= bytes.length) {
    const type = bytes.toString("latin1", at + 4, at + 8);
    const end = at + 12 + bytes.readUInt32BE(at);
    if (end > bytes.length) return;
    yield { type, data: bytes.subarray(at + 8, end - 4), end };
    at = end;
  }
}

/** The profile that the file's other chunks amount to. They count only before the palette and the pixels. */
function missingProfile(bytes: Buffer): Buffer | undefined {
  const found: { -readonly [type in keyof ColourChunks]: ColourChunks[type] } = {};
  for (const { type, data } of chunksOf(bytes)) {
    if (type === "iCCP") return undefined;
    if (type === "PLTE" || type === "IDAT") break;
    const known = colourTypes.find((each) => each === type);
    if (known) found[known] ??= data;
  }
  const colourType = bytes.readUInt8(25);
  return colourProfile(found, colourType === 0 || colourType === 4);
}

function checkHeader(bytes: Buffer, limits: DecodeLimits): void {
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const pixelBits = bytes.readUInt8(24) * (samples[bytes.readUInt8(25)] ?? 4);
  const interlaced = bytes.readUInt8(28) !== 0;
  checkPicture("PNG", width, height, interlaced ? (width * height * pixelBits) / 8 : 0, limits);
}

function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  data.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}
