import path from "node:path";
import { bindSymbols } from "./elf/bind-symbols.ts";
import { definedNames } from "./elf/symbol-table.ts";
import { libraryFiles } from "./pins.ts";

/**
 * A C++ name that does not belong to the standard library (`St`, `Sa`, `__gnu_cxx`, `operator new`, ...). TensorFlow's
 * smaller library also contains OpenSSL, zlib and Brotli, which are written in C. Node exports the same C names and parts of
 * the standard library, and is searched first; none of the other C++ names is in both (compared for Node 20, 22 and 24).
 */
export const isOwnCppName = (name: string): boolean =>
  name.startsWith("_Z") && !/^_Z(?:n[wa]|d[la]|.{0,16}(?:S[tabsiod]|9__gnu_cxx|10__cxxabiv1))/.test(name);

/**
 * Binds TensorFlow's libraries in `folder` to their own symbols, and returns how many references were bound. The larger
 * library is searched before the smaller one, so it may bind every name, the smaller one only names that the other does not
 * define.
 */
export async function bindLibraries(folder: string): Promise<number> {
  const [larger, smaller] = libraryFiles.map((file) => path.join(folder, file)) as [string, string];
  const first = await definedNames(larger);
  const bound = await bindSymbols(larger);
  return bound + (await bindSymbols(smaller, (name) => isOwnCppName(name) && !first.has(name)));
}
