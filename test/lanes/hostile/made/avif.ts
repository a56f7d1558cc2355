import { avif, grid, sequenceHeader } from "../../../../functions/classify/test-support/avif.ts";
import { burning } from "../../../../functions/classify/test-support/burning.ts";
import { type MadeFile, photo } from "./made-file.ts";

/** The only picture that is stopped by the limit of processor time and by nothing else. */
export const burningName = "a tile of noise, decoded sixteen times";

const giant = sequenceHeader(12_000, 8_000);
const small = sequenceHeader(64, 64);
export const avifs: readonly MadeFile[] = [
  { name: burningName, expected: "ClassificationTimeout", make: () => burning(1_060) },
  {
    name: "AVIF of 64 by 64 whose stream has 96 megapixels",
    expected: "TooManyPixels",
    make: () => avif([{ id: 1, type: "av01", data: giant }]),
  },
  {
    name: "a tile of 96 megapixels",
    expected: "TooManyPixels",
    make: () =>
      avif([
        { id: 1, type: "grid", data: grid(1, 1, 64, 64), references: [["dimg", 2]] },
        { id: 2, type: "av01", data: giant },
      ]),
  },
  {
    name: "sixteen tiles of 8 megapixels",
    expected: "TooManyPixels",
    make: () =>
      avif([
        {
          id: 1,
          type: "grid",
          data: grid(4, 4, 64, 64),
          references: [["dimg", ...Array.from({ length: 16 }, (_, at) => at + 2)]],
        },
        ...Array.from({ length: 16 }, (_, at) => ({
          id: at + 2,
          type: "av01" as const,
          data: sequenceHeader(4_000, 2_000),
        })),
      ]),
  },
  {
    name: "one tile 256 times",
    expected: "TooManyPixels",
    make: () =>
      avif([
        { id: 1, type: "grid", data: grid(16, 16, 64, 64), references: [["dimg", ...new Array<number>(256).fill(2)]] },
        { id: 2, type: "av01", data: sequenceHeader(1_000, 1_000) },
      ]),
  },
  {
    name: "a grid whose canvas is a giant",
    expected: "TooManyPixels",
    make: () =>
      avif([
        { id: 1, type: "grid", data: grid(1, 1, 4_000_000_000, 4_000_000_000), references: [["dimg", 2]] },
        { id: 2, type: "av01", data: small },
      ]),
  },
  {
    name: "an alpha plane of 96 megapixels",
    expected: "TooManyPixels",
    make: () =>
      avif([
        { id: 1, type: "av01", data: small },
        { id: 2, type: "av01", data: giant, references: [["auxl", 1]] },
      ]),
  },
  {
    name: "a thumbnail of 96 megapixels",
    expected: "TooManyPixels",
    make: () =>
      avif([
        { id: 1, type: "av01", data: small },
        { id: 2, type: "av01", data: giant, references: [["thmb", 1]] },
      ]),
  },
  {
    name: "an overlay of 96 megapixels",
    expected: "TooManyPixels",
    make: () =>
      avif([
        {
          id: 1,
          type: "iovl",
          data: Buffer.concat([Buffer.alloc(10), Buffer.from([0, 64, 0, 64])]),
          references: [["dimg", 2]],
        },
        { id: 2, type: "av01", data: giant },
      ]),
  },
  {
    name: "an item that is made of itself",
    expected: "CorruptImage",
    make: () => avif([{ id: 1, type: "iden", data: Buffer.alloc(0), references: [["dimg", 1]] }]),
  },
  {
    name: "two items that are made of each other",
    expected: "CorruptImage",
    make: () =>
      avif([
        { id: 1, type: "iden", data: Buffer.alloc(0), references: [["dimg", 2]] },
        { id: 2, type: "iden", data: Buffer.alloc(0), references: [["dimg", 1]] },
      ]),
  },
  {
    name: "a chain of 50 identities",
    expected: "CorruptImage",
    make: () =>
      avif([
        ...Array.from({ length: 50 }, (_, at) => ({
          id: at + 1,
          type: "iden" as const,
          data: Buffer.alloc(0),
          references: [["dimg", at + 2] as const],
        })),
        { id: 51, type: "av01" as const, data: giant },
      ]),
  },
  {
    name: "grids of grids of grids",
    expected: "CorruptImage",
    make: () =>
      avif(
        Array.from({ length: 9 }, (_, at) => ({
          id: at + 1,
          type: "grid" as const,
          data: grid(8, 8, 64, 64),
          references: [["dimg", ...new Array<number>(64).fill(at + 2)] as const],
        })),
      ),
  },
  {
    name: "an identity of 96 megapixels",
    expected: "TooManyPixels",
    make: () =>
      avif([
        { id: 1, type: "iden", data: Buffer.alloc(0), references: [["dimg", 2]] },
        { id: 2, type: "av01", data: giant },
      ]),
  },
  {
    name: "a grid whose alpha plane is a grid of 96 megapixels",
    expected: "TooManyPixels",
    make: () =>
      avif([
        { id: 1, type: "grid", data: grid(1, 1, 64, 64), references: [["dimg", 2]] },
        { id: 2, type: "av01", data: small },
        {
          id: 3,
          type: "grid",
          data: grid(1, 1, 64, 64),
          references: [
            ["dimg", 4],
            ["auxl", 1],
          ],
        },
        { id: 4, type: "av01", data: giant },
      ]),
  },
  {
    name: "a picture of an item that does not exist",
    expected: "CorruptImage",
    make: () => avif([{ id: 1, type: "grid", data: grid(1, 1, 64, 64), references: [["dimg", 77]] }]),
  },
  {
    name: "a stream of nothing",
    expected: "CorruptImage",
    make: () => avif([{ id: 1, type: "av01", data: Buffer.alloc(0) }]),
  },
  {
    name: "a stream that is cut off",
    expected: "CorruptImage",
    make: async () => (await photo().avif({ effort: 0 }).toBuffer()).subarray(0, -200),
  },
];
