import { type BmpHeader, damaged } from "./bmp-header.ts";

/** Commands after a length of 0. */
const endOfLine = 0;
const endOfBitmap = 1;
const delta = 2;

/**
 * Reads run-length encoded pixels (RLE8, RLE4): pairs of a length and colours, or 0 and a command. Pixels past the end of
 * a line are ignored. The marks for the end of the last line and of the bitmap are optional.
 * @throws ImageError "CorruptImage" if the bytes end before the last line
 */
export function drawRuns(
  bytes: Buffer,
  { width, height, compression, start }: BmpHeader,
  put: (x: number, row: number, index: number) => void,
): void {
  const four = compression === "runs of 4 bits";
  let [x, row, at] = [0, 0, start];
  const draw = (length: number, indexAt: (place: number) => number): void => {
    const end = Math.min(length, row < height ? width - x : 0);
    for (let place = 0; place < end; place++) put(x + place, row, indexAt(place));
    x = Math.min(width, x + length);
  };
  while (at + 1 < bytes.length) {
    const length = bytes.readUInt8(at);
    const code = bytes.readUInt8(at + 1);
    at += 2;
    if (length > 0) {
      draw(length, (place) => (four ? nibble(code, place) : code));
    } else if (code === endOfLine) {
      x = 0;
      row += 1;
    } else if (code === endOfBitmap) {
      return;
    } else if (code === delta) {
      x = Math.min(width, x + (bytes[at] ?? 0));
      row += bytes[at + 1] ?? 0;
      at += 2;
    } else {
      const from = at;
      const size = four ? Math.ceil(code / 2) : code;
      if (from + size > bytes.length) break;
      draw(code, (place) =>
        four ? nibble(bytes.readUInt8(from + (place >> 1)), place) : bytes.readUInt8(from + place),
      );
      // Literal colours are padded to 16 bits.
      at += size + (size % 2);
    }
  }
  if (row < height - 1 || (row === height - 1 && x < width)) throw damaged("ends before its last pixel");
}

function nibble(byte: number, place: number): number {
  return place % 2 === 0 ? byte >> 4 : byte & 15;
}
