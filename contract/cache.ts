import path from "node:path";
import envPaths from "env-paths";

/** The environment variable that chooses another folder. */
const variable = "DLW_CACHE_DIR";

/**
 * The folder outside the checkout that keeps build results between runs: in the user's cache folder, or
 * `DLW_CACHE_DIR`. It may be deleted at any time; missing files are built again.
 */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment[variable];
  return chosen ? path.resolve(chosen) : envPaths("deep-learning-workflow", { suffix: "" }).cache;
}

/** Environment variables with which a process that does not inherit this environment uses the same folder. */
export function cacheEnvironment(environment: NodeJS.ProcessEnv = process.env): Readonly<Record<string, string>> {
  return { [variable]: cacheDirectory(environment) };
}
