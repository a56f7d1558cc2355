import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import path from "node:path";

/**
 * Makes a folder that exists whole or not at all: `fill` writes into a folder beside it, which is renamed when it is done and
 * removed when it fails. Several processes may make the same folder at once; the first one wins, and its folder is kept.
 * @throws what `fill` throws; Error of the file system, for example with code "ENOSPC"
 */
export async function makeWholeFolder(folder: string, fill: (work: string) => Promise<void>): Promise<void> {
  await mkdir(path.dirname(folder), { recursive: true });
  const work = await mkdtemp(path.join(path.dirname(folder), `.${path.basename(folder)}-`));
  try {
    await fill(work);
    await rename(work, folder);
  } catch (error) {
    if (!isTaken(error) || !(await isFolder(folder))) throw error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** What a rename reports when the folder exists already. */
const isTaken = (error: unknown): boolean =>
  ["ENOTEMPTY", "EEXIST", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "");

const isFolder = (folder: string): Promise<boolean> =>
  stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
