import type { Random } from "../../support/seeded.ts";

/**
 * Damages a file in one to four places: flips bits, changes bytes, cuts, repeats, or sets lengths to all ones or zeros.
 */
export function mutate(original: Buffer, random: Random): Buffer {
  let bytes = Buffer.from(original);
  for (let times = 1 + random(4); times > 0 && bytes.length > 4; times--) {
    const at = random(bytes.length);
    const length = 1 + random(Math.min(64, bytes.length - at));
    switch (random(7)) {
      case 0:
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random(8)), at);
        break;
      case 1:
        bytes.writeUInt8(random(256), at);
        break;
      case 2:
        bytes = bytes.subarray(0, Math.max(4, at));
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
        break;
      case 5:
        bytes.fill(0xff, at, Math.min(bytes.length, at + 4));
        break;
      default:
        bytes.fill(0, at, at + length);
    }
  }
  return bytes;
}
