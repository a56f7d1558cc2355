import { describe, expect, it } from "vitest";
import { largestFrame } from "./av1.ts";

/** Bits, written as digits: `bits(5, 3)` is 101. */
const bits = (value: number, count: number): string => value.toString(2).padStart(count, "0");

/** An open bitstream unit with its size, which takes a second byte from 128 on. */
function unit(type: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const size = length < 128 ? [length] : [128 | (length & 127), length >> 7];
  return Buffer.concat([Buffer.from([(type << 3) | 2, ...size]), payload]);
}

/** A sequence header: its sides take 9 and 7 bits. `before` is what precedes them. */
function header(before: string, width = 300, height = 100): Buffer {
  const text = `${before}${bits(8, 4)}${bits(6, 4)}${bits(width - 1, 9)}${bits(height - 1, 7)}`;
  const padded = text.padEnd(Math.ceil(text.length / 8) * 8, "1");
  return unit(
    1,
    Uint8Array.from(padded.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2)),
  );
}

const still = `${bits(0, 3)}11${bits(8, 5)}`;
const full = `${bits(0, 3)}00`;
/** Ticks, time scale. */
const timing = `1${bits(1, 32)}${bits(30, 32)}`;
/** A delay takes 10 bits. */
const model = `1${bits(9, 5)}${bits(1, 32)}${bits(9, 5)}${bits(9, 5)}`;
const onePoint = bits(0, 5);
const idc = bits(0, 12);

describe("the frame size of an AV1 sequence header", () => {
  it.each([
    ["a reduced still picture", still],
    ["no timing", `${full}0${"0"}${onePoint}${idc}${bits(5, 5)}`],
    ["a level that has a tier", `${full}0${"0"}${onePoint}${idc}${bits(8, 5)}1`],
    ["two operating points", `${full}0${"0"}${bits(1, 5)}${idc}${bits(8, 5)}1${idc}${bits(7, 5)}`],
    ["a display delay", `${full}0${"1"}${onePoint}${idc}${bits(5, 5)}1${bits(9, 4)}`],
    ["timing", `${full}${timing}00${"0"}${onePoint}${idc}${bits(5, 5)}`],
    [
      "equal intervals, in a number of variable length",
      `${full}${timing}1${"00101"}0${"0"}${onePoint}${idc}${bits(5, 5)}`,
    ],
    [
      "a decoder model",
      `${full}${timing}0${model}${"0"}${onePoint}${idc}${bits(5, 5)}1${bits(513, 10)}${bits(3, 10)}1`,
    ],
    ["a decoder model that its point does not use", `${full}${timing}0${model}${"0"}${onePoint}${idc}${bits(5, 5)}0`],
  ])("is found behind %s", (_what, before) => expect(largestFrame(header(before))).toBe(300 * 100));

  it("is found behind other units, short and long, and is the largest of all headers", () => {
    const others = [unit(2, Buffer.alloc(0)), unit(15, Buffer.alloc(200, 0x0a))];
    expect(largestFrame(Buffer.concat([...others, header(still), header(still, 299)]))).toBe(300 * 100);
  });

  it("is 0 without a header", () => expect(largestFrame(unit(2, Buffer.alloc(3, 0xff)))).toBe(0));
});
