import { readFileSync } from "node:fs";
import sharp from "sharp";
import { buildModel } from "../../../model/build.ts";

/** The sample photo of the model's package, a Labrador, reduced to the size that the model sees. */
export async function samplePhoto(): Promise<Buffer> {
  const { samplePhoto: file } = await buildModel();
  return sharp(readFileSync(file)).resize(320, 320, { fit: "inside" }).jpeg().toBuffer();
}
