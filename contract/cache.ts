import path from "node:path";
import envPaths from "env-paths";

/** The environment variable that chooses another folder. */
const variable = "DLW_CACHE_DIR";

/**
 * The folder outside the checkout where built things are kept between runs: the user's cache folder, or
 * `DLW_CACHE_DIR`. It may be deleted at any time; what is missing is built again.
 */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment[variable];
  return chosen ? path.resolve(chosen) : envPaths("deep-learning-workflow", { suffix: "" }).cache;
}

/** What a process without this one's environment needs so that it uses the same folder. */
export function cacheEnvironment(environment: NodeJS.ProcessEnv = process.env): Readonly<Record<string, string>> {
  return { [variable]: cacheDirectory(environment) };
}
