import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FilePath } from "./source.ts";

/** A photo on this machine cannot be sent: unreadable, empty, or written to at this moment. */
export class PhotoNotReadable extends Error {
  override readonly name = "PhotoNotReadable";
  readonly code = "PhotoNotReadable";
}

/** What one photo file is at one moment. */
export interface OpenPhoto {
  readonly bytes: number;
  /** All of it. @throws PhotoNotReadable when it is no longer what it was when it was opened */
  read(): Promise<Buffer>;
}

/** Opens a photo, hands it to `work` and closes it again. @throws PhotoNotReadable, and what `work` throws */
export async function withPhoto<T>(file: FilePath, work: (photo: OpenPhoto) => Promise<T>): Promise<T> {
  // A named pipe without a writer would be waited for without an end.
  const handle = await readable(() => open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
  try {
    const before = await readable(() => handle.stat());
    if (!before.isFile()) throw new PhotoNotReadable("It is not an ordinary file.");
    if (before.size === 0) throw new PhotoNotReadable("The file is empty.");
    return await work({
      bytes: before.size,
      read: async () => {
        const bytes = await readable(() => handle.readFile());
        const after = await readable(() => handle.stat());
        if (bytes.length === before.size && after.mtimeMs === before.mtimeMs) return bytes;
        throw new PhotoNotReadable("The file changed while it was read; run the command again when it is finished.");
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
  ELOOP: "Its link leads in a circle",
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
