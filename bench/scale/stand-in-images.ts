import { type ImageErrorCode, imageErrorCodes } from "../../contract/errors.ts";
import type { PlantedImages } from "../planted/planted.ts";
import { plantedCode } from "../planted/planted.ts";

const origin = "https://images.example.com/";
const sound = "sound";

/** References that say what the stand-in for `classify` must return, with every error code. */
export const standInImages: PlantedImages = {
  imageOf: (index) => `${origin}${plantedCode(index, imageErrorCodes) ?? sound}/${index}.jpg`,
  codeOf: (index) => plantedCode(index, imageErrorCodes),
  labelOf: (index) => labelOfId(String(index)),
};

/** The number of an image and its planted error, from its reference alone. */
export function readReference(image: string): { readonly label: string; readonly code: ImageErrorCode | undefined } {
  const [kind, file = ""] = image.slice(origin.length).split("/");
  return { label: labelOfId(file.replace(".jpg", "")), code: imageErrorCodes.find((code) => code === kind) };
}

const labelOfId = (id: string): string => `photo ${id}`;
