import type { Item } from "../../contract/workflow.ts";

/** Spaces around a reference come from lists made by hand and are never part of it. */
export function normalise(image: string): string {
  return image.trim();
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
