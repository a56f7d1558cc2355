import { nameOf } from "./installation.mjs";

/** Error codes with which Node, a loader or the system reports that a file of a package is missing or damaged. */
const codes = new Set([
  "ERR_MODULE_NOT_FOUND",
  "MODULE_NOT_FOUND",
  "ERR_INVALID_PACKAGE_CONFIG",
  "ERR_INVALID_PACKAGE_TARGET",
  "ERR_PACKAGE_PATH_NOT_EXPORTED",
  "ERR_UNSUPPORTED_DIR_IMPORT",
  "ERR_DLOPEN_FAILED",
  "ENOENT",
  "EISDIR",
  "EACCES",
]);

/**
 * The broken packages of the lock file: those that have lost files since they were installed, or else the package that
 * a failed load's error names. An error in the project's own code names no package.
 */
export function brokenPackages(installation, error) {
  const damaged = installation.damaged();
  if (damaged.length > 0 || error === undefined) return damaged;
  const isLoadError = codes.has(error.code) || error instanceof SyntaxError || error.name === "TransformError";
  if (!isLoadError) return [];
  const locked = new Set(Object.keys(installation.locked).map(nameOf));
  const named = namesIn(`${error.message}\n${error.stack}`).find((name) => locked.has(name));
  return named === undefined ? [] : [named];
}

function namesIn(text) {
  const inPaths = text.matchAll(/node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\'":\s]+)/g);
  const inWords = text.matchAll(/(?:package|module) '((?:@[^/']+\/)?[^./'][^/']*)/g);
  return [...inWords, ...inPaths].map(([, name]) => name.replace("\\", "/"));
}
