import type { ImageErrorCode } from "../../contract/errors.ts";

/** Numbered images, some of which are planted with an error. */
export interface PlantedImages {
  /** The reference of an image; its number is part of it. */
  imageOf(index: number): string;
  /** The error that an image must get; undefined if it must be classified. */
  codeOf(index: number): ImageErrorCode | undefined;
  /** The label that a classified image must get; undefined if any label is right. */
  labelOf?(index: number): string;
}

/** Of 100 images, how many are planted with an error. */
const failedPercent = 3;

/** The error of an image: 3 % have one, and the codes take turns. */
export function plantedCode(index: number, codes: readonly ImageErrorCode[]): ImageErrorCode | undefined {
  const position = index % 100;
  if (position >= failedPercent) return undefined;
  return codes[(Math.floor(index / 100) * failedPercent + position) % codes.length];
}

/** How many of the first images must get each code, or none ("classified"). */
export function plantedCounts(images: number, { codeOf }: PlantedImages): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let index = 0; index < images; index += 1) {
    const code = codeOf(index) ?? "classified";
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}
