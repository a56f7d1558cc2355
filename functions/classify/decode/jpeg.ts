import { ImageError } from "../image-error.ts";
import { exifOf, orientationOf } from "./exif.ts";
import { checkPicture, type DecodeLimits } from "./limits.ts";
import { Parts } from "./parts.ts";

/** Codes after 0xff (ITU T.81, table B.1). */
const soi = 0xd8;
const eoi = 0xd9;
const sos = 0xda;
const com = 0xfe;
const app = (number: number): number => 0xe0 + number;
/** Frame headers, without DHT (c4), JPG (c8) and DAC (cc), which are in the same range. */
const isFrame = (code: number): boolean => code >= 0xc0 && code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(code);
const progressive = [0xc2, 0xc6, 0xca, 0xce];
/** Markers without a length: RST0 to RST7, TEM. */
const isBare = (code: number): boolean => (code >= 0xd0 && code <= 0xd7) || code === 0x01;

/** Maximum number of scans: encoders write about ten, and each covers the whole picture. */
const maxScans = 100;
/** Maximum of scans times pixels: ten scans of the largest picture that is allowed by default. */
const maxScanPixels = 1e9;

interface Frame {
  readonly code: number;
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** Samples per pixel, all components: 1.5 in 4:2:0. */
  readonly density: number;
}

/**
 * The parts of a JPEG that are needed to decode it, without metadata except the colour profile, Adobe's transform and the
 * orientation. @throws ImageError "TooManyPixels", "CorruptImage" (too many scans)
 */
export function prepareJpeg(bytes: Buffer, limits: DecodeLimits): Buffer {
  const parts = new Parts(bytes);
  let frame: Frame | undefined;
  let scans = 0;
  let at = 0;
  while (at < bytes.length) {
    const marker = nextMarker(bytes, at);
    const code = bytes[marker + 1];
    const length = marker + 4 <= bytes.length ? bytes.readUInt16BE(marker + 2) : 0;
    if (marker < 0 || code === undefined) break;
    if (code === eoi) {
      parts.keep(at, marker + 2);
      return parts.bytes;
    }
    if (code === soi || isBare(code)) {
      parts.keep(at, marker + 2);
      at = marker + 2;
      continue;
    }
    const end = marker + 2 + length;
    if (length < 2) break;
    if (isFrame(code) && frame === undefined) {
      frame = readFrame(bytes, marker, code);
      if (frame) checkFrame(frame, limits);
    }
    copySegment(parts, bytes, at, marker, end);
    at = end;
    if (code === sos) {
      scans += 1;
      if (!frame || !isManyScans(frame, bytes[marker + 4] ?? 0, scans)) break;
      if (scans === 1) checkPicture("JPEG", frame.width, frame.height, coefficientBytes(frame), limits);
      checkScans(scans, frame);
    }
  }
  // The rest is image data or damaged; it goes to the decoder unchanged.
  parts.keep(at, bytes.length);
  return parts.bytes;
}

/** Skips entropy-coded bytes and garbage before a marker; 0xff00 is a byte of data, 0xffff a fill byte. */
function nextMarker(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(0xff, from);
  while (at !== -1 && at + 1 < bytes.length) {
    const next = bytes[at + 1];
    if (next !== 0x00 && next !== 0xff) return at;
    at = next === 0xff ? at + 1 : bytes.indexOf(0xff, at + 2);
  }
  return -1;
}

function readFrame(bytes: Buffer, marker: number, code: number): Frame | undefined {
  const components = bytes[marker + 9] ?? 0;
  if (marker + 10 + components * 3 > bytes.length) return undefined;
  const factors = Array.from({ length: components }, (_, each) => {
    const sampling = bytes.readUInt8(marker + 11 + each * 3);
    return (sampling >> 4) * (sampling & 15);
  });
  return {
    code,
    height: bytes.readUInt16BE(marker + 5),
    width: bytes.readUInt16BE(marker + 7),
    components,
    density: factors.reduce((sum, factor) => sum + factor, 0) / Math.max(1, ...factors),
  };
}

function checkFrame({ width, height }: Frame, limits: DecodeLimits): void {
  checkPicture("JPEG", width, height, 0, limits);
}

/** A decoder keeps a picture with several scans in memory, as two-byte coefficients. */
function coefficientBytes({ width, height, density }: Frame): number {
  return width * height * density * 2;
}

/** Whether one scan is enough: it has all components and the picture is not progressive. */
function isManyScans({ code, components }: Frame, inScan: number, scans: number): boolean {
  return scans > 1 || progressive.includes(code) || inScan < components;
}

function checkScans(scans: number, { width, height }: Frame): void {
  if (scans <= maxScans && scans * width * height <= maxScanPixels) return;
  throw new ImageError(
    "CorruptImage",
    `The JPEG image of ${width} by ${height} pixels has more than ${scans - 1} scans, which no camera or program produces: save it again.`,
  );
}

/** Omits metadata and reduces EXIF to the orientation; `at` is the offset of the bytes before the marker. */
function copySegment(parts: Parts, bytes: Buffer, at: number, marker: number, end: number): void {
  const code = bytes.readUInt8(marker + 1);
  const starts = (text: string) => bytes.toString("latin1", marker + 4, marker + 4 + text.length) === text;
  const metadata = code === com || (code >= app(1) && code <= app(15));
  if (!metadata || code === app(14) || (code === app(2) && starts("ICC_PROFILE\0"))) {
    parts.keep(at, end);
    return;
  }
  if (at < marker) parts.keep(at, marker);
  if (code !== app(1) || !starts("Exif\0\0")) return;
  const orientation = orientationOf(bytes.subarray(marker + 10, end));
  if (orientation === undefined) return;
  const block = Buffer.concat([Buffer.from("\xff\xe1\0\0Exif\0\0", "latin1"), exifOf(orientation)]);
  block.writeUInt16BE(block.length - 2, 2);
  parts.put(block);
}
