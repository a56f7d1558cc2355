import { apiLimits } from "../../contract/limits.ts";
import type { Item } from "../../contract/workflow.ts";

/**
 * A reference as it is classified. Spaces around it come from lists made by hand and are not part of it, except at the end of an
 * object's key. One that is too long is cut to a character more than is allowed: its own row says so.
 */
export function normalise(image: string): string {
  const begun = image.trimStart();
  const reference = /^s3:/i.test(begun) ? begun.replace(/[\r\n]+$/, "") : begun.trimEnd();
  return reference.slice(0, apiLimits.imageReferenceLength + 1);
}

/** Numbers the images in request order; one that is named again becomes a further place of its first item. */
export function itemsOf(images: readonly string[]): readonly Item[] {
  const items = new Map<string, Item>();
  for (const [index, raw] of images.entries()) {
    const image = normalise(raw);
    const known = items.get(image);
    if (known) known.also.push(index);
    else items.set(image, { index, image, also: [] });
  }
  return [...items.values()];
}
