import { describe, expect, it } from "vitest";
import { type ChecksumName, runningChecksum } from "./checksum.ts";

/** Of the text "123456789" (RevEng, catalogue of CRC algorithms: CRC-32/ISO-HDLC, CRC-32/ISCSI, CRC-64/NVME). */
const check: readonly (readonly [ChecksumName, string])[] = [
  ["crc32", "cbf43926"],
  ["crc32c", "e3069283"],
  ["crc64nvme", "ae8b14860a799888"],
];

describe("a running checksum", () => {
  it.each(check)("%s is that of the catalogue, however the bytes arrive", (name, hex) => {
    for (const size of [1, 4, 9]) {
      const running = runningChecksum(name);
      for (let at = 0; at < 9; at += size) running.update(Buffer.from("123456789").subarray(at, at + size));
      expect(Buffer.from(running.digest(), "base64").toString("hex")).toBe(hex);
    }
  });

  it.each([
    ["sha1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"],
    ["sha256", "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"],
  ] as const)("%s is the hash of all bytes", (name, hex) => {
    const running = runningChecksum(name);
    for (const text of ["1234", "56789"]) running.update(Buffer.from(text));
    expect(Buffer.from(running.digest(), "base64").toString("hex")).toBe(hex);
  });
});
