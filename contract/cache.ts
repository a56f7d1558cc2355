import path from "node:path";
import envPaths from "env-paths";

/**
 * The folder outside the checkout where built things are kept between runs: the user's cache folder, or
 * `DLW_CACHE_DIR`. It may be deleted at any time; what is missing is built again.
 */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment["DLW_CACHE_DIR"];
  return chosen ? path.resolve(chosen) : envPaths("deep-learning-workflow", { suffix: "" }).cache;
}
