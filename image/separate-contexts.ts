import { constants } from "node:fs";
import { copyFile, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";

/**
 * Replaces hard links in staged contexts with copies. Earlier versions of this project created contexts with hard links
 * into the model cache, through which a sandbox could change the model of all other sandboxes. The name and content of
 * each file stay the same.
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

/**
 * Another process may do the same at this moment. If the context is being pruned meanwhile, the missing file is
 * ignored.
 */
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
