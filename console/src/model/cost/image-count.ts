import { parseJson } from "../words.ts";

/** Above this number of images the page shows an estimate of the cost before it starts them. */
export const estimatedAbove = 1_000;

/**
 * How many images an input of the workflow names. For a prefix or a manifest the number is known only after the start:
 * then `atMost` is the bound that the input itself sets, if it sets one.
 */
export function imageCountOf(input: string): { readonly count?: number; readonly atMost?: number } {
  const value = parseJson(input);
  if (Array.isArray(value)) return { count: value.length };
  if (typeof value !== "object" || value === null) return { count: 0 };
  const { images, maxImages } = value as { readonly images?: unknown; readonly maxImages?: unknown };
  if (Array.isArray(images)) return { count: images.length };
  return typeof maxImages === "number" && maxImages > 0 ? { atMost: Math.floor(maxImages) } : {};
}
