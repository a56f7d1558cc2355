import { readFileSync } from "node:fs";
import path from "node:path";
import type { ImageResource } from "../graph.ts";
import { type ImageRecipe, readDockerfile } from "./dockerfile.ts";

/** What an image is made of; undefined where its context has no Dockerfile, because it is described elsewhere. */
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
