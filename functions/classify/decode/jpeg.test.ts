import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { prepareJpeg } from "./jpeg.ts";

const limits = { maxPixels: 1_000 };
const segment = (code: number, ...data: number[]) => Buffer.from([0xff, code, 0, 2 + data.length, ...data]);
const comment = segment(0xfe, 0x68, 0x69);
const start = Buffer.from([0xff, 0xd8]);

let picture: Buffer;
beforeAll(async () => {
  picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
    .jpeg()
    .toBuffer();
});

describe("the parts of a JPEG for the decoder", () => {
  it("are the file itself if nothing is omitted", () => expect(prepareJpeg(picture, limits)).toBe(picture));

  it("do not include a comment", () => {
    const file = Buffer.concat([start, comment, picture.subarray(2)]);
    expect(prepareJpeg(file, limits).equals(picture)).toBe(true);
  });

  it.each([0xd0, 0xd7, 0x01])("include a marker without a length (0x%x), which hides nothing behind it", (code) => {
    const bare = Buffer.from([0xff, code]);
    const file = Buffer.concat([start, bare, comment, picture.subarray(2)]);
    expect(prepareJpeg(file, limits).equals(Buffer.concat([start, bare, picture.subarray(2)]))).toBe(true);
  });

  it("include image data, in which 0xff00 and fill bytes are not markers", () => {
    const frame = segment(0xc2, 8, 0, 2, 0, 2, 1, 1, 0x11, 0);
    const scan = Buffer.concat([segment(0xda, 1, 1, 0, 0, 63, 0), Buffer.from([5, 0xff, 0, 0xfe, 0, 4, 0xff, 0xff])]);
    const file = (middle: Buffer) => Buffer.concat([start, frame, scan, middle, Buffer.from([0xff, 0xd9])]);
    const prepared = prepareJpeg(file(comment.subarray(1)), limits);
    expect(prepared.includes(comment.subarray(4))).toBe(false);
    expect(prepared.includes(Buffer.from([5, 0xff, 0, 0xfe, 0, 4]))).toBe(true);
  });

  it("may have a hundred scans and no more", () => {
    const frame = segment(0xc2, 8, 0, 2, 0, 2, 1, 1, 0x11, 0);
    const scan = Buffer.concat([segment(0xda, 1, 1, 0, 0, 63, 0), Buffer.alloc(1)]);
    const file = (scans: number) => Buffer.concat([start, frame, ...new Array<Buffer>(scans).fill(scan)]);
    expect(prepareJpeg(file(100), limits)).toHaveLength(file(100).length);
    expect(() => prepareJpeg(file(101), limits)).toThrow(
      expect.objectContaining({ code: "CorruptImage", message: expect.stringContaining("more than 100 scans") }),
    );
  });
});
