import { describe, expect, it } from "vitest";
import { bmp } from "../test-support/bmp.ts";
import { formatOf } from "./format.ts";

const bytes = (text: string) => Buffer.concat([Buffer.from(text, "latin1"), Buffer.alloc(32)]);
const box = (brands: string) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(8 + brands.length);
  return Buffer.concat([length, Buffer.from(`ftyp${brands}`, "latin1"), Buffer.alloc(32)]);
};

describe("detecting a format by its first bytes", () => {
  it.each([
    ["JPEG", bytes("\xff\xd8\xff\xe0")],
    ["PNG", bytes("\x89PNG\r\n\x1a\n")],
    ["GIF", bytes("GIF89a")],
    ["GIF", bytes("GIF87a")],
    ["WebP", bytes("RIFF\x10\0\0\0WEBPVP8 ")],
    ["AVIF", box("avif\0\0\0\0mif1")],
    ["AVIF", box("mif1\0\0\0\0mif1avif")],
    ["TIFF", bytes("II*\0")],
    ["TIFF", bytes("MM\0*")],
    ["BMP", bytes("BM\x10\0\0\0\0\0\0\0")],
  ])("%s", (format, content) => expect(formatOf(content)).toBe(format));

  it.each([
    ["JPEG 2000", bytes("\0\0\0\x0cjP  ")],
    ["JPEG XL", bytes("\xff\x0a")],
    ["PDF", bytes("%PDF-1.7")],
    ["an icon", bytes("\0\0\x01\0\x01\0")],
    ["SVG", bytes("<svg xmlns='http://www.w3.org/2000/svg'>")],
    ["SVG", bytes("\xef\xbb\xbf\n<?xml version='1.0'?><!-- a --><!DOCTYPE svg><svg>")],
  ])("%s is another format, and the error names the supported formats", (name, content) => {
    expect(() => formatOf(content)).toThrow(
      expect.objectContaining({
        code: "UnsupportedImageFormat",
        message: `The image is ${name}; supported are JPEG, PNG, WebP, GIF, AVIF, TIFF and BMP.`,
      }),
    );
  });

  it("HEIC gets an error with the remedy that fits a result", () => {
    const content = box("heic\0\0\0\0mif1heic");
    expect(() => formatOf(content)).toThrow(/^The image is HEIC; .* Convert it to JPEG \(on an iPhone: .{20,100}$/);
  });

  it.each([
    [
      "a page with a drawing",
      "<!DOCTYPE html><html><body><svg xmlns='http://www.w3.org/2000/svg'></svg></body></html>",
    ],
    ["a fragment with a drawing", "<div><svg></svg></div>"],
    ["a comment that names one", "<!-- <svg> --><html></html>"],
    ["another document", "<?xml version='1.0'?><note><svg/></note>"],
  ])("%s is not an image", (_what, text) => {
    expect(() => formatOf(Buffer.from(text))).toThrow(expect.objectContaining({ code: "NotAnImage" }));
  });

  it("an empty file is reported as empty", () => {
    expect(() => formatOf(Buffer.alloc(0))).toThrow("The file is empty: it has 0 bytes.");
  });

  it("the reserved bytes of a BMP may have any value", () => {
    const pixels = { width: 1, height: 1, bitsPerPixel: 24, data: Buffer.alloc(4) };
    expect(formatOf(bmp({ ...pixels, reserved: 0x01020304 }))).toBe("BMP");
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["one byte", Buffer.from([0xff])],
    ["text", Buffer.from("just text")],
    ["a page", Buffer.from("<!DOCTYPE html><html><body>not found</body></html>")],
    ["other RIFF", bytes("RIFF\x10\0\0\0WAVEfmt ")],
    ["a word that begins with BM", Buffer.from("BMW is a maker of cars and not an image")],
  ])("%s is not an image", (_what, content) => {
    expect(() => formatOf(content)).toThrow(expect.objectContaining({ code: "NotAnImage" }));
  });
});
