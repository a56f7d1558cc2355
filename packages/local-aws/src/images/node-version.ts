import type { ImageResource } from "../graph.ts";
import { recipeOf } from "./recipe.ts";

/**
 * Returns the major version of Node in an image's base image, read from its tag: "lambda/nodejs:22" or "node:22-slim".
 */
export function nodeVersionOf(image: ImageResource): number | undefined {
  const [, major] = /(?:^|\/)(?:lambda\/nodejs|node):(\d+)/.exec(recipeOf(image)?.base ?? "") ?? [];
  return major === undefined ? undefined : Number(major);
}
