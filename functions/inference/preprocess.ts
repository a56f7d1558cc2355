import sharp, { type Sharp } from "sharp";

/**
 * Converts a picture to the model's input: upright, sRGB, alpha on white, resized to a square, RGB bytes. The aspect
 * ratio is not kept, because the model was evaluated on pictures resized this way.
 */
export async function toPixels(image: Sharp, size: number): Promise<Buffer> {
  return image
    .autoOrient()
    .flatten({ background: "#ffffff" })
    .toColourspace("srgb")
    .resize(size, size, { fit: "fill", kernel: sharp.kernel.cubic })
    .removeAlpha()
    .raw({ depth: "uchar" })
    .toBuffer();
}
