import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** True for the module that Node was started with: `isMainModule(import.meta.url)`. Node 24 has it as `import.meta.main`. */
export function isMainModule(moduleUrl: string): boolean {
  const started = process.argv[1];
  if (started === undefined) return false;
  try {
    return realpathSync(started) === realpathSync(fileURLToPath(moduleUrl));
  } catch {
    return false;
  }
}
