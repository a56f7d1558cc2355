import { createHash, type Hash } from "node:crypto";
import zlib from "node:zlib";
import { invalid } from "../error.ts";

/** Checksum algorithms that S3 accepts, named as in the header `x-amz-checksum-…`, whose value is Base64. */
export const checksumNames = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"] as const;
export type ChecksumName = (typeof checksumNames)[number];

export interface Checksum {
  readonly name: ChecksumName;
  readonly value: string;
}

/** A checksum that is updated as the bytes arrive. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  /** Returns the checksum as Base64, the format of the headers. */
  digest(): string;
}

export function isChecksumName(name: string): name is ChecksumName {
  return (checksumNames as readonly string[]).includes(name);
}

/** Returns the checksum that headers or trailers contain. */
export function checksumOf(header: (name: string) => string | null | undefined): Checksum | undefined {
  for (const name of checksumNames) {
    const value = header(`x-amz-checksum-${name}`);
    if (value) return { name, value };
  }
  return undefined;
}

/** @throws AwsError "BadDigest" if the bytes differ from those for which the sender computed the checksum */
export function requireEqual(what: string, declared: string, actual: string): void {
  if (declared !== actual) throw invalid("BadDigest", `The ${what} of the body is "${actual}", not "${declared}".`);
}

export function runningChecksum(name: ChecksumName): RunningChecksum {
  switch (name) {
    case "sha1":
    case "sha256":
      return hashing(createHash(name));
    case "crc32":
      return crc32();
    case "crc32c":
      return table32(0x82f63b78);
    case "crc64nvme":
      return crc64();
  }
}

function hashing(hash: Hash): RunningChecksum {
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("base64") };
}

function crc32(): RunningChecksum {
  let value = 0;
  return {
    update(bytes) {
      value = zlib.crc32(bytes, value);
    },
    digest: () => fourBytes(value),
  };
}

/** A table-driven reflected 32-bit CRC; the polynomial is in reversed notation. */
function table32(polynomial: number): RunningChecksum {
  const table = Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value;
  });
  let value = 0xffffffff;
  return {
    update(bytes) {
      for (const byte of bytes) value = (value >>> 8) ^ (table[(value ^ byte) & 0xff] ?? 0);
    },
    digest: () => fourBytes((value ^ 0xffffffff) >>> 0),
  };
}

function fourBytes(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString("base64");
}

/** The table of the CRC-64/NVME, whose polynomial is in reversed notation, as the upper and lower halves of its values. */
const crc64Table = { high: new Uint32Array(256), low: new Uint32Array(256) };
for (let index = 0; index < 256; index += 1) {
  let value = BigInt(index);
  for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ 0x9a6c9329ac4bc9b5n : value >> 1n;
  crc64Table.high[index] = Number(value >> 32n);
  crc64Table.low[index] = Number(value & 0xffffffffn);
}

/** The checksum of every upload that declares none. With 64-bit integers of JavaScript it would take 30 times as long. */
function crc64(): RunningChecksum {
  let [high, low] = [0xffffffff, 0xffffffff];
  return {
    update(bytes) {
      const { high: highs, low: lows } = crc64Table;
      for (const byte of bytes) {
        const index = (low ^ byte) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (lows[index] ?? 0);
        high = (high >>> 8) ^ (highs[index] ?? 0);
      }
    },
    digest() {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32BE((high ^ 0xffffffff) >>> 0, 0);
      bytes.writeUInt32BE((low ^ 0xffffffff) >>> 0, 4);
      return bytes.toString("base64");
    },
  };
}
