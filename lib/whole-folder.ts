import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { removeAtExit } from "./exit.ts";

/**
 * Creates a folder that is complete or absent: `fill` writes to a temporary folder beside it, which is renamed on
 * success and removed on failure, and at the exit of an interrupted process. Several processes may create the same folder at once; the first one wins.
 * @throws what `fill` throws; Error of the file system, for example with code "ENOSPC"
 */
export async function makeWholeFolder(folder: string, fill: (work: string) => Promise<void>): Promise<void> {
  await mkdir(path.dirname(folder), { recursive: true });
  const work = await mkdtemp(path.join(path.dirname(folder), `.${path.basename(folder)}-`));
  const finished = removeAtExit(work);
  try {
    await fill(work);
    await rename(work, folder);
  } catch (error) {
    if (!isTaken(error) || !(await isFolder(folder))) throw error;
  } finally {
    await rm(work, { recursive: true, force: true });
    finished();
  }
}

/** Error codes of a rename whose target already exists. */
const isTaken = (error: unknown): boolean =>
  ["ENOTEMPTY", "EEXIST", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "");

const isFolder = (folder: string): Promise<boolean> =>
  stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
