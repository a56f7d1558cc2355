import { readFileSync } from "node:fs";
import path from "node:path";
import type { ImageResource } from "../graph.ts";
import { type ImageRecipe, readDockerfile } from "./dockerfile.ts";

/**
 * Reads what an image consists of. Returns undefined if its build context has no Dockerfile, because then the image is
 * described elsewhere.
 */
export function recipeOf({
  context,
  target,
  dockerfile = path.join(context, "Dockerfile"),
}: ImageResource): ImageRecipe | undefined {
  try {
    return readDockerfile(readFileSync(dockerfile, "utf8"), target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
