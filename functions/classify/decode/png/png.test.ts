import { describe, expect, it } from "vitest";
import { chunk, png } from "../../test-support/png.ts";
import { exifOf } from "../exif.ts";
import { preparePng } from "./png.ts";

const limits = { maxPixels: 100_000_000 };
const options = { width: 1, height: 1, bits: 8, colour: 2, data: Buffer.from([0, 200, 10, 20]) } as const;
const text = chunk("tEXt", Buffer.from("Comment\0a secret"));

describe("the chunks of a PNG for the decoder", () => {
  it("are the file itself if nothing is omitted", () => {
    const file = png(options);
    expect(preparePng(file, limits)).toBe(file);
  });

  it("include all that change its colours, and no text", () => {
    const types = ["PLTE", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT"];
    const needed = types.map((type) => chunk(type, Buffer.from(type)));
    const prepared = preparePng(png({ ...options, more: [text, ...needed, text] }), limits);
    expect(prepared.equals(png({ ...options, more: needed }))).toBe(true);
  });

  it("include its orientation and nothing else of its EXIF", () => {
    const exif = Buffer.concat([exifOf(6), Buffer.from("a secret")]);
    const prepared = preparePng(png({ ...options, more: [chunk("eXIf", exif)] }), limits);
    expect(prepared.equals(png({ ...options, more: [chunk("eXIf", exifOf(6))] }))).toBe(true);
  });
});

it("a PNG that is interlaced is decoded as a whole, and refused if that takes too much memory", () => {
  const large = { ...options, width: 10_000, height: 9_500, data: Buffer.alloc(1) };
  expect(() => preparePng(png(large), limits)).not.toThrow();
  expect(() => preparePng(png({ ...large, interlaced: true }), limits)).toThrow(
    expect.objectContaining({ code: "TooManyPixels", message: expect.stringContaining("272 MiB") }),
  );
});
