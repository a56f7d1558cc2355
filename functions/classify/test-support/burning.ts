import { randomFillSync } from "node:crypto";
import sharp from "sharp";
import { avif, grid, streamOf } from "./avif.ts";

/** Rows and columns of the grid. */
const rows = 4;

/**
 * A valid AVIF, small and within every limit that a header is held to, that takes seconds to decode: one tile of noise, drawn
 * sixteen times. @param side pixels of the tile on a side: 1,060, the most that memory allows, take twelve seconds
 */
export async function burning(side: number): Promise<Buffer> {
  const raw = { width: side, height: side, channels: 3 } as const;
  const noise = sharp(randomFillSync(Buffer.alloc(side * side * 3)), { raw });
  const { stream, configuration } = streamOf(await noise.avif({ lossless: true, effort: 0 }).toBuffer());
  const whole = rows * side;
  const tiles = new Array<number>(rows * rows).fill(2);
  return avif(
    [
      {
        id: 1,
        type: "grid",
        data: grid(rows, rows, whole, whole),
        size: [whole, whole],
        references: [["dimg", ...tiles]],
      },
      { id: 2, type: "av01", data: stream, size: [side, side] },
    ],
    configuration,
  );
}
