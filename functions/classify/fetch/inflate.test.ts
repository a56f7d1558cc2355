import { pipeline } from "node:stream/promises";
import { deflateRawSync, deflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { Inflate } from "./inflate.ts";

/** What the pieces of a body of the coding "deflate" decode to. */
async function inflated(pieces: readonly Uint8Array[]): Promise<string> {
  const found: Buffer[] = [];
  await pipeline(pieces, new Inflate(), async (source: AsyncIterable<Buffer>) => {
    for await (const piece of source) found.push(piece);
  });
  return Buffer.concat(found).toString();
}

const texts = Array.from({ length: 900 }, (_, number) => `${String.fromCharCode(33 + (number % 90))}${number} image`);
const bytes = (body: Buffer) => [...body].map((byte) => Uint8Array.of(byte));

it("decodes zlib's format, in whatever pieces it comes", async () => {
  for (const text of texts.slice(0, 20)) {
    expect(await inflated([deflateSync(text)])).toBe(text);
    expect(await inflated(bytes(deflateSync(text)))).toBe(text);
  }
});

it("decodes the raw format, also where its first bytes have a check sum of zlib's header by chance", async () => {
  const checked = texts.filter((text) => deflateRawSync(text).readUInt16BE(0) % 31 === 0);
  expect(checked.length).toBeGreaterThan(0);
  for (const text of [...texts.slice(0, 20), ...checked]) {
    expect(await inflated([deflateRawSync(text)])).toBe(text);
    expect(await inflated(bytes(deflateRawSync(text)))).toBe(text);
  }
});

it("decodes a raw body of one byte and fails for one that is cut", async () => {
  await expect(inflated([Uint8Array.of(3)])).rejects.toThrow("unexpected end of file");
  await expect(inflated([deflateRawSync("image bytes").subarray(0, 6)])).rejects.toThrow("unexpected end of file");
});
