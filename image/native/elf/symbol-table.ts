import { NativeSetupError } from "../run.ts";
import { number, SharedLibrary } from "./shared-library.ts";

/** Size of an ELF symbol (System V ABI, "Symbol Table"). */
const symbolSize = 24;
/**
 * Kinds of symbol without a single address: thread-local symbols, and symbols whose address is chosen when the library
 * is loaded.
 */
const withoutAddress: readonly number[] = [6, 10];
/** Binding of symbols that exist only once per process: the first library that defines the symbol provides it. */
const uniqueBinding = 10;
/** Special section numbers: for a symbol that another library defines, and for a symbol with a fixed address. */
const elsewhere = 0;
const fixed = 0xfff1;

/** Tags of the dynamic table. */
const tags = { names: 5, namesSize: 10, symbols: 6, hash: 0x6ffffef5 } as const;

/** A library's dynamic symbols, by index. */
export interface SymbolTable {
  readonly count: number;
  nameOf(index: number): string;
  isDefined(index: number): boolean;
  /** Undefined if the library does not define the symbol, or if only the loader can decide its address. */
  addressOf(index: number): number | undefined;
}

/** Reads the first `count` symbols. @throws NativeSetupError "CompileFailed" if the library has no table of symbols */
export async function readSymbols(library: SharedLibrary, count: number): Promise<SymbolTable> {
  const { names, namesSize, symbols } = library.entries(tags);
  if (symbols < 0) throw new NativeSetupError("CompileFailed", `"${library.file}" has no table of symbols.`);
  const table = await library.read(symbols, count * symbolSize);
  const text = names < 0 ? Buffer.alloc(0) : await library.read(names, namesSize);
  const section = (index: number): number => table.readUInt16LE(index * symbolSize + 6);
  return {
    count,
    nameOf(index) {
      const start = table.readUInt32LE(index * symbolSize);
      return text.toString("latin1", start, text.indexOf(0, start));
    },
    isDefined: (index) => section(index) !== elsewhere,
    addressOf(index) {
      const kind = table.readUInt8(index * symbolSize + 4);
      const foreign = [elsewhere, fixed].includes(section(index)) || kind >> 4 === uniqueBinding;
      return foreign || withoutAddress.includes(kind & 15) ? undefined : number(table, index * symbolSize + 8);
    },
  };
}

/** The names that a library defines. */
export async function definedNames(file: string): Promise<ReadonlySet<string>> {
  const library = await SharedLibrary.open(file);
  try {
    const symbols = await readSymbols(library, await countSymbols(library));
    const names = new Set<string>();
    for (let index = 0; index < symbols.count; index += 1) {
      if (symbols.isDefined(index)) names.add(symbols.nameOf(index));
    }
    return names;
  } finally {
    await library.close();
  }
}

/**
 * Only the hash table shows how many symbols there are. Its header has four numbers: buckets, the first symbol in it,
 * and the size and shift of a filter of 64-bit words. Each bucket has its first symbol; a chain has one number per
 * symbol, and the last one of each bucket is odd.
 */
async function countSymbols(library: SharedLibrary): Promise<number> {
  const hash = library.entry(tags.hash);
  if (hash === undefined) {
    throw new NativeSetupError("CompileFailed", `"${library.file}" has no hash table of its symbols.`);
  }
  const header = await library.read(hash, 16);
  const [length, first, filter] = [0, 4, 8].map((at) => header.readUInt32LE(at)) as [number, number, number];
  const start = hash + 16 + filter * 8;
  const buckets = await library.read(start, length * 4);
  let last = 0;
  for (let at = 0; at < buckets.length; at += 4) last = Math.max(last, buckets.readUInt32LE(at));
  if (last < first) return first;
  for (;;) {
    const entry = await library.read(start + length * 4 + (last - first) * 4, 4);
    last += 1;
    if ((entry.readUInt32LE(0) & 1) === 1) return last;
  }
}
