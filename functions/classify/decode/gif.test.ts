import { describe, expect, it } from "vitest";
import { firstFrameExtent } from "./gif.ts";

/** A screen of 1 by 1 with a table of two colours, an extension, and a frame of 7 by 11 at (300, 500). */
const screen = Buffer.from("GIF89a\x01\0\x01\0\x80\0\0......", "latin1");
const extension = Buffer.from([0x21, 0xff, 3, 1, 2, 3, 1, 9, 0]);
const frame = Buffer.from([0x2c, 44, 1, 244, 1, 7, 0, 11, 0, 0]);

describe("the area of a GIF's first frame", () => {
  it("ends where the frame ends, not where the screen does", () => {
    expect(firstFrameExtent(Buffer.concat([screen, extension, frame]))).toEqual({ width: 307, height: 511 });
  });

  it("is empty without a frame", () => {
    const none = { width: 0, height: 0 };
    expect(firstFrameExtent(Buffer.concat([screen, extension]))).toEqual(none);
    expect(firstFrameExtent(Buffer.concat([screen, frame.subarray(0, 8)]))).toEqual(none);
    expect(firstFrameExtent(screen.subarray(0, 12))).toEqual(none);
  });
});
