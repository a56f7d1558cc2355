import { describe, expect, it } from "vitest";
import { readDirectory } from "./tiff-directory.ts";

describe("a TIFF's directory", () => {
  it("may have values at the very beginning of the file", () => {
    const file = Buffer.alloc(26);
    file.set([0x49, 0x49, 42, 0, 8, 0, 0, 0]);
    file.writeUInt16LE(1, 8);
    file.writeUInt16LE(700, 10);
    file.writeUInt16LE(1, 12);
    file.writeUInt32LE(8, 14);
    expect(readDirectory(file)?.values(700)).toEqual([0x49, 0x49, 42, 0, 8, 0, 0, 0]);
  });

  it.each([
    ["LONG8", 16],
    ["IFD8", 18],
  ])("has values of 64 bits in a BigTIFF: %s", (_name, type) => {
    const file = Buffer.alloc(52);
    file.set([0x4d, 0x4d, 0, 43, 0, 8, 0, 0]);
    file.writeBigUInt64BE(16n, 8);
    file.writeBigUInt64BE(1n, 16);
    file.writeUInt16BE(330, 24);
    file.writeUInt16BE(type, 26);
    file.writeBigUInt64BE(1n, 28);
    file.writeBigUInt64BE(5_000_000_000n, 36);
    expect(readDirectory(file)?.values(330)).toEqual([5_000_000_000]);
  });

  it("ends the chain of directories when it is cut", () => {
    const file = Buffer.alloc(26, 9);
    file.set([0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0]);
    readDirectory(file)?.cut();
    expect(file.subarray(22).equals(Buffer.alloc(4))).toBe(true);
  });
});
