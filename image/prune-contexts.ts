import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { sourceMapFolder } from "../contract/source-maps.ts";

const day = 86_400_000;

/** Suffix of a file next to a context. It means that a published version still runs from the context. */
const inUseSuffix = ".in-use";

/**
 * Removes old staged contexts. Sandboxes may still run from a recent context, so a folder is removed only if it is not
 * among the newest eight, was not used within a day, and is not marked as in use.
 */
export async function pruneContexts(parent: string, now = Date.now()): Promise<void> {
  const names = await readdir(parent);
  const unmarked = names.filter((name) => !name.endsWith(inUseSuffix) && !names.includes(`${name}${inUseSuffix}`));
  const entries = await Promise.all(
    unmarked.map(async (name) => {
      const location = path.join(parent, name);
      const used = await stat(location).then(
        ({ mtimeMs }) => mtimeMs,
        () => now,
      );
      return { location, used };
    }),
  );
  const old = entries.sort((a, b) => b.used - a.used).filter(({ used }, index) => index >= 8 && now - used > day);
  const gone = old.flatMap(({ location }) => [location, sourceMapFolder(location)]);
  await Promise.all(gone.map((location) => rm(location, { recursive: true, force: true })));
}
