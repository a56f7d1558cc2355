import { describe, expect, it } from "vitest";
import { chunk, png } from "../../test-support/png.ts";
import { decode } from "../decode.ts";

const rules = { maxPixels: 1_000_000, inputSize: 2 };
const numbers = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(Math.round(value * 100_000), index * 4);
  return bytes;
};
const gAMA = (gamma: number) => chunk("gAMA", numbers(gamma));
const cHRM = (...xy: number[]) => chunk("cHRM", numbers(...xy));
const cICP = (...values: number[]) => chunk("cICP", Buffer.from(values));
const sRGB = chunk("sRGB", Buffer.from([0]));
const displayP3 = [0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06];
const usual = [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06];

type Pixel = readonly number[];
const file = (pixel: Pixel, bits: 8 | 16, ...more: Buffer[]): Buffer => {
  const samples = bits === 8 ? pixel : pixel.flatMap((value) => [value, value]);
  const colour = pixel.length === 1 ? 0 : 2;
  return png({ width: 2, height: 1, bits, colour, data: Buffer.from([0, ...samples, ...samples]), more });
};
const coloursOf = async (bytes: Buffer) => [...(await decode(bytes, rules)).pixels.subarray(0, 3)];

/** sRGB's encoding of a linear intensity (IEC 61966-2-1), from 0 to 255. */
const encoded = (linear: number) =>
  Math.round(255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055));

async function expectNear(bytes: Buffer, expected: readonly number[]): Promise<void> {
  for (const [index, value] of (await coloursOf(bytes)).entries()) {
    expect(Math.abs(value - (expected[index] ?? Number.NaN)), `${expected}`).toBeLessThanOrEqual(1);
  }
}

describe("the gamma of a PNG is applied as browsers do", () => {
  const pixel = [200, 60, 20];
  it.each([1, 0.55, 0.3])("samples whose gamma is %f", async (gamma) => {
    const expected = pixel.map((value) => encoded((value / 255) ** (1 / gamma)));
    await expectNear(file(pixel, 8, gAMA(gamma)), expected);
    await expectNear(file(pixel, 16, gAMA(gamma)), expected);
  });

  it("grey samples", async () => {
    const value = encoded(100 / 255);
    await expectNear(file([100], 8, gAMA(1)), [value, value, value]);
    await expectNear(file([100], 16, gAMA(1)), [value, value, value]);
  });

  it.each([
    ["sRGB's own gamma", [gAMA(0.45455)]],
    ["a gamma near it", [gAMA(0.45)]],
    ["sRGB's gamma and primaries", [gAMA(0.45455), cHRM(...usual)]],
    ["an sRGB chunk beside another gamma", [sRGB, gAMA(1)]],
    ["primaries without a gamma", [cHRM(...displayP3)]],
    ["a gamma of zero", [gAMA(0)]],
    ["an incomplete gamma", [chunk("gAMA", Buffer.from([1, 2]))]],
    ["numbers that mean sRGB", [cICP(1, 13, 0, 1)]],
  ])("%s changes nothing", async (_what, chunks) => expect(await coloursOf(file(pixel, 8, ...chunks))).toEqual(pixel));

  it("a profile of the file has precedence", async () => {
    const other = chunk("iCCP", Buffer.from("none\0\0"));
    expect(await coloursOf(file(pixel, 8, other, gAMA(1)))).toEqual(pixel);
  });

  it("a gamma after the pixels does not count", async () => {
    const late = file(pixel, 8);
    const end = late.length - 12;
    const bytes = Buffer.concat([late.subarray(0, end), gAMA(1), late.subarray(end)]);
    expect(await coloursOf(bytes)).toEqual(pixel);
  });

  it.each([0.00001, 0.01, 0.04, 40, 99, 42_949])("an extreme gamma, %f, does not fail", async (gamma) => {
    expect((await coloursOf(file(pixel, 8, gAMA(gamma)))).every((value) => value >= 0)).toBe(true);
  });
});

describe("the primaries of a PNG are applied as browsers do", () => {
  it("with a gamma", async () => {
    // White stays white; Display P3's green lies outside sRGB, and half of its red is a stronger red of sRGB.
    await expectNear(file([255, 255, 255], 8, gAMA(0.45455), cHRM(...displayP3)), [255, 255, 255]);
    await expectNear(file([200, 100, 100], 16, cICP(12, 13, 0, 1)), [215, 93, 97]);
    await expectNear(file([0, 255, 0], 8, gAMA(0.45455), cHRM(...displayP3)), [0, 255, 0]);
    await expectNear(file([200, 100, 100], 8, cICP(12, 13, 0, 1)), [215, 93, 97]);
  });

  it("primaries that span no colours are ignored", async () => {
    const line = [0.3127, 0.329, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3];
    expect(await coloursOf(file([10, 20, 30], 8, gAMA(0.45455), cHRM(...line)))).toEqual([10, 20, 30]);
    expect(await coloursOf(file([10, 20, 30], 8, gAMA(0.45455), cHRM(...new Array(8).fill(0))))).toEqual([10, 20, 30]);
  });
});

describe("colours declared by number (cICP)", () => {
  it("are converted if they have a profile", async () => {
    await expectNear(file([100, 100, 100], 8, cICP(1, 8, 0, 1)), new Array(3).fill(encoded(100 / 255)));
  });

  it.each([
    ["PQ", cICP(9, 16, 0, 1)],
    ["HLG", cICP(9, 18, 0, 1)],
    ["a limited range", cICP(1, 13, 0, 0)],
    ["unknown primaries", cICP(2, 13, 0, 1)],
  ])("are refused by name: %s", async (_what, colours) => {
    await expect(decode(file([1, 2, 3], 8, colours), rules)).rejects.toMatchObject({
      code: "UnsupportedImageFormat",
      message: expect.stringContaining("cICP"),
    });
  });
});
