import sharp, { type Sharp } from "sharp";

/**
 * The one way from a picture to the model's pixels: upright, sRGB, alpha on white, squeezed to a square, RGB bytes.
 * The aspect ratio is not kept: the model was evaluated on squeezed pictures.
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
