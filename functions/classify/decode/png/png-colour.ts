import { unsupported } from "../formats.ts";
import { greyProfile, type Primaries, rgbProfile, type Transfer } from "./icc-profile.ts";

/** The chunks of a PNG that say what its samples mean, without the profile that the decoder reads itself. */
export interface ColourChunks {
  readonly gAMA?: Buffer;
  readonly cHRM?: Buffer;
  readonly cICP?: Buffer;
  readonly sRGB?: Buffer;
}

interface Colours {
  readonly transfer: Transfer;
  readonly primaries: Primaries;
}

const d65 = [0.3127, 0.329] as const;
const bt709: Primaries = { white: d65, red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06] };
/** Primaries by their number in cICP (ITU-T H.273, table 2). */
const primariesOf: Readonly<Record<number, Primaries>> = {
  1: bt709,
  9: { white: d65, red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046] },
  12: { white: d65, red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] },
};
const broadcast: Transfer = { g: 1 / 0.45, a: 1 / 1.099, b: 0.099 / 1.099, c: 1 / 4.5, d: 0.081 };
const srgb: Transfer = { g: 2.4, a: 1 / 1.055, b: 0.055 / 1.055, c: 1 / 12.92, d: 0.04045 };
/** Transfer functions by their number in cICP (ITU-T H.273, table 3). */
const transferOf: Readonly<Record<number, Transfer>> = {
  1: broadcast,
  4: { g: 2.2 },
  5: { g: 2.8 },
  6: broadcast,
  8: { g: 1 },
  13: srgb,
  14: broadcast,
  15: broadcast,
};
/** The exponent of sRGB's samples, as PNG encoders write it (PNG, third edition, 11.3.2.5). */
const usualGamma = 0.45455;
/** Up to this difference, libpng and with it browsers change nothing. */
const gammaTolerance = 0.05;
/** Beyond this and its inverse, a gamma is a mistake: every picture would be black or white. */
const leastGamma = 0.01;
const chromaticityTolerance = 0.01;

/**
 * The profile that replaces these chunks, because the decoder reads profiles only; nothing if they describe sRGB.
 * `gAMA` and `cHRM` mean what they mean in browsers: without `gAMA`, `cHRM` is ignored.
 * @throws ImageError "UnsupportedImageFormat" for colours that have no profile, such as HDR
 */
export function colourProfile(chunks: ColourChunks, grey: boolean): Buffer | undefined {
  const colours = coloursOf(chunks);
  if (!colours) return undefined;
  const { transfer, primaries } = colours;
  if (!grey) return rgbProfile(transfer, primaries);
  return transfer === srgb ? undefined : greyProfile(transfer);
}

function coloursOf({ cICP, sRGB, gAMA, cHRM }: ColourChunks): Colours | undefined {
  if (cICP) return declaredByNumber(cICP);
  if (sRGB || gAMA?.length !== 4) return undefined;
  const gamma = gAMA.readUInt32BE(0) / 100_000;
  if (gamma < leastGamma || gamma > 1 / leastGamma) return undefined;
  const usual = Math.abs(gamma / usualGamma - 1) <= gammaTolerance;
  const primaries = (cHRM && readPrimaries(cHRM)) ?? bt709;
  if (usual && primaries === bt709) return undefined;
  return { transfer: { g: 1 / gamma }, primaries };
}

function declaredByNumber(cICP: Buffer): Colours | undefined {
  const [primary = 0, curve = 0, matrix, full] = cICP;
  const [primaries, transfer] = [primariesOf[primary], transferOf[curve]];
  if (!primaries || !transfer || matrix !== 0 || full !== 1) {
    throw unsupported(
      `a PNG whose colours (cICP ${[...cICP.subarray(0, 4)].join(", ")}) are HDR, limited or not known`,
    );
  }
  return primaries === bt709 && transfer === srgb ? undefined : { transfer, primaries };
}

/** Nothing if the primaries are those of sRGB or span no colours. */
function readPrimaries(cHRM: Buffer): Primaries | undefined {
  if (cHRM.length !== 32) return undefined;
  const read = (at: number) => [cHRM.readUInt32BE(at) / 100_000, cHRM.readUInt32BE(at + 4) / 100_000] as const;
  const primaries = { white: read(0), red: read(8), green: read(16), blue: read(24) };
  const pairs = [
    [primaries.white, bt709.white],
    [primaries.red, bt709.red],
    [primaries.green, bt709.green],
    [primaries.blue, bt709.blue],
  ] as const;
  const apart = ([a, b]: (typeof pairs)[number]) => Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]));
  if (pairs.every((pair) => apart(pair) <= chromaticityTolerance)) return undefined;
  return spansColours(primaries) ? primaries : undefined;
}

/** Whether white lies inside the triangle of the primaries, and nothing divides by zero. */
function spansColours({ white, red, green, blue }: Primaries): boolean {
  if ([white, red, green, blue].some(([x, y]) => y < 0.001 || x + y > 1)) return false;
  const side = (a: readonly [number, number], b: readonly [number, number]) =>
    (b[0] - a[0]) * (white[1] - a[1]) - (b[1] - a[1]) * (white[0] - a[0]);
  const sides = [side(red, green), side(green, blue), side(blue, red)];
  return sides.every((each) => each > 1e-4) || sides.every((each) => each < -1e-4);
}
