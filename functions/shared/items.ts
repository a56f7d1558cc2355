import { apiLimits } from "../../contract/limits.ts";
import type { Item } from "../../contract/workflow.ts";

/**
 * Normalises an image reference. Surrounding spaces, common in hand-written lists, are removed, except at the end of an
 * S3 key. A reference that is too long is cut to one character more than allowed, so that its result reports the problem.
 */
export function normalise(image: string): string {
  const begun = image.trimStart();
  const reference = /^s3:/i.test(begun) ? withoutLineEnds(begun) : begun.trimEnd();
  return reference.slice(0, apiLimits.imageReferenceLength + 1);
}

/** A regular expression would search from each line end in the text, which takes the square of their number. */
function withoutLineEnds(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n" || text[end - 1] === "\r") end -= 1;
  return text.slice(0, end);
}

/** Numbers the images in request order. A duplicate is added to `duplicates` of the item with the first occurrence. */
export function itemsOf(images: readonly string[]): readonly Item[] {
  const items = new Map<string, Item>();
  for (const [index, raw] of images.entries()) {
    const image = normalise(raw);
    const known = items.get(image);
    if (known) known.duplicates.push(index);
    else items.set(image, { index, image, duplicates: [] });
  }
  return [...items.values()];
}
