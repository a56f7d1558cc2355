import sharp from "sharp";

/** Small pictures in every supported format, and in variants that decoders handle differently. */
export async function originals(): Promise<readonly Buffer[]> {
  const [width, height] = [24, 16];
  const pixels = Buffer.from(Uint8Array.from({ length: width * height * 4 }, (_, at) => (at * at * 31 + at * 7) % 256));
  const picture = () => sharp(pixels, { raw: { width, height, channels: 4 } });
  const made = [
    picture().jpeg(),
    picture().jpeg({ progressive: true }),
    picture().withMetadata({ orientation: 6 }).withIccProfile("p3").jpeg(),
    picture().png(),
    picture().png({ progressive: true }),
    picture().png({ palette: true }),
    picture().webp(),
    picture().webp({ lossless: true }),
    picture().gif(),
    picture().avif({ effort: 0 }),
    picture().tiff({ compression: "lzw" }),
    picture().tiff({ compression: "jpeg", tile: true, tileWidth: 16, tileHeight: 16 }),
  ];
  return [...(await Promise.all(made.map((image) => image.toBuffer()))), bitmap(width, height)];
}

/** An uncompressed BMP with 24 bits per pixel. */
function bitmap(width: number, height: number): Buffer {
  const bytes = Buffer.from(Uint8Array.from({ length: 54 + width * height * 3 }, (_, at) => (at * 37) % 256));
  bytes.fill(0, 0, 54);
  bytes.write("BM");
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  return bytes;
}
