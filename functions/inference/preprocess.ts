import sharp, { type Sharp } from "sharp";

/**
 * Converts a picture to the model's input: upright, sRGB, alpha on white, resized to a square, RGB bytes. The aspect
 * ratio is not kept, because the model was evaluated on pictures resized this way.
 */
export async function toPixels(image: Sharp, size: number): Promise<Buffer> {
  return toInputSize(image, size).toColourspace("srgb").removeAlpha().raw({ depth: "uchar" }).toBuffer();
}

/** Upright, on white, as large as the model's input. */
export function toInputSize(image: Sharp, size: number): Sharp {
  return image
    .autoOrient()
    .flatten({ background: "#ffffff" })
    .resize(size, size, { fit: "fill", kernel: sharp.kernel.cubic });
}
