import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FilePath } from "./source.ts";

/** A local photo cannot be sent: it is unreadable, empty, or being written. */
export class PhotoNotReadable extends Error {
  override readonly name = "PhotoNotReadable";
  readonly code = "PhotoNotReadable";
}

/** An open photo file. */
export interface OpenPhoto {
  readonly bytes: number;
  /** Reads the whole file. @throws PhotoNotReadable if it has changed since it was opened */
  read(): Promise<Buffer>;
}

/** Opens a photo, passes it to `work` and closes it. @throws PhotoNotReadable, and what `work` throws */
export async function withPhoto<T>(file: FilePath, work: (photo: OpenPhoto) => Promise<T>): Promise<T> {
  // Without this flag, opening a named pipe without a writer would wait for ever.
  const handle = await readable(() => open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
  try {
    const before = await readable(() => handle.stat());
    if (!before.isFile()) throw new PhotoNotReadable("It is not a regular file.");
    if (before.size === 0) throw new PhotoNotReadable("The file is empty.");
    return await work({
      bytes: before.size,
      read: async () => {
        const bytes = await readable(() => handle.readFile());
        const after = await readable(() => handle.stat());
        if (bytes.length === before.size && after.mtimeMs === before.mtimeMs) return bytes;
        throw new PhotoNotReadable("The file changed while it was read; run the command again when it is complete.");
      },
    });
  } finally {
    await handle.close();
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "You may not read the file",
  EPERM: "You may not read the file",
  ENOENT: "The file is gone",
  EIO: "The disk cannot read the file",
  EISDIR: "It is a folder",
  ELOOP: "It is a circular link",
  EMFILE: "Too many files are open",
};

async function readable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code = "unknown", message } = error as NodeJS.ErrnoException;
    throw new PhotoNotReadable(`${reasons[code] ?? message} (${code}).`, { cause: error });
  }
}
