import path from "node:path";
import { bindSymbols } from "./elf/bind-symbols.ts";
import { definedNames } from "./elf/symbol-table.ts";
import { libraryFiles } from "./pins.ts";

/**
 * A C++ name that is not one of the standard library (`St`, `Sa`, ... after the prefix). TensorFlow's smaller library also
 * contains OpenSSL, zlib and Brotli, which are written in C. Node exports the same names of C, and parts of the standard library,
 * and is searched first; no C++ name is in both (seen with Node 20, 22 and 24).
 */
export const isCppName = (name: string): boolean => /^_Z(?!.{0,4}S[tabsiod])/.test(name);

/**
 * Binds TensorFlow's libraries in `folder` to their own symbols, and returns how many references were bound. The larger
 * library is searched before the smaller one, so it may bind every name, the smaller one only names that the other does not
 * define.
 */
export async function bindLibraries(folder: string): Promise<number> {
  const [larger, smaller] = libraryFiles.map((file) => path.join(folder, file)) as [string, string];
  const first = await definedNames(larger);
  const bound = await bindSymbols(larger);
  return bound + (await bindSymbols(smaller, (name) => isCppName(name) && !first.has(name)));
}
