import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { textBytes } from "./text-bytes.ts";

const name = "s3://photos/list";
async function* cut(bytes: Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
async function read(bytes: Uint8Array, mostBytes: number): Promise<number> {
  let passed = 0;
  for await (const piece of textBytes(cut(bytes), { name, mostBytes })) passed += piece.length;
  return passed;
}
const expanding = gzipSync("a\n".repeat(5_000_000));

describe("the bytes of a manifest", () => {
  it("may be as many as allowed, decompressed", async () => {
    expect(await read(expanding, 10_000_000)).toBe(10_000_000);
  });

  it.each([
    ["plain text", Buffer.alloc(10_000, "a")],
    ["a small file that expands", expanding],
  ])("are refused as ManifestUnreadable where they become more: %s", async (_what, bytes) => {
    await expect(read(bytes, 9_999)).rejects.toMatchObject({
      name: "ManifestUnreadable",
      message: `The manifest "${name}" cannot be read: it has more than 9999 bytes.`,
    });
  });

  it("are not decompressed further once they are too many", async () => {
    let asked = 0;
    const compressed = gzipSync(Buffer.alloc(200_000_000, "a"));
    async function* counted() {
      for await (const piece of cut(compressed, 500)) {
        asked += 1;
        yield piece;
      }
    }
    const whole = Math.ceil(compressed.length / 500);
    const reading = (async () => {
      for await (const _piece of textBytes(counted(), { name, mostBytes: 1_000_000 }));
    })();
    await expect(reading).rejects.toMatchObject({ name: "ManifestUnreadable" });
    expect(asked).toBeLessThan(whole / 2);
  });
});
