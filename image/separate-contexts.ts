import { constants } from "node:fs";
import { copyFile, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";

/**
 * Makes every file of the staged contexts its own. Contexts of earlier versions of this project hold hard links into the
 * model cache, through which a sandbox could change the model of all others. The same bytes stay under the same name.
 */
export async function separateContexts(parent: string): Promise<void> {
  const names = await readdir(parent, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of names) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const { nlink } = await stat(file).catch(() => ({ nlink: 1 }));
    if (nlink > 1) await separate(file);
  }
}

/** Another process may do the same at this moment; a context that is being pruned is no loss. */
async function separate(file: string): Promise<void> {
  const copy = `${file}.${process.pid}.copy`;
  try {
    await copyFile(file, copy, constants.COPYFILE_FICLONE);
    await rename(copy, file);
  } catch (error) {
    await rm(copy, { force: true });
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
