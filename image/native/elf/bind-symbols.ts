import { NativeSetupError } from "../run.ts";
import { number, SharedLibrary } from "./shared-library.ts";
import { readSymbols, type SymbolTable } from "./symbol-table.ts";

/** Relocation types of one processor architecture, with the numbers of its ELF supplement. */
interface RelocationTypes {
  readonly address: number;
  readonly globalData: number;
  readonly jumpSlot: number;
  readonly relative: number;
}

/** Relocation types by ELF machine number: 62 is x86-64, 183 is AArch64. */
const relocationTypes: Readonly<Record<number, RelocationTypes>> = {
  62: { address: 1, globalData: 6, jumpSlot: 7, relative: 8 },
  183: { address: 257, globalData: 1025, jumpSlot: 1026, relative: 1027 },
};
const relocationSize = 24;

/** Tags of the dynamic table. */
const tags = {
  relocations: 7,
  relocationsSize: 8,
  jumps: 23,
  jumpsSize: 2,
  relatives: 0x6ffffff9,
} as const;

type AddressOf = (symbol: number) => number | undefined;

/**
 * Binds a library's references to its own symbols, in place, as `ld -Bsymbolic` would have done. Otherwise the loader
 * looks up each reference by name at every start (in TensorFlow's library 500,000 lookups in 80 MB of names); after
 * binding, each is a single addition. This is correct only for symbols that no library defines that is loaded before it.
 * Returns how many references were bound. A library that is already bound is not changed.
 * @param mayBind whether references to a symbol of the library with this name may be bound @default all may
 * @throws NativeSetupError "CompileFailed" when the file is not a shared library of a supported processor
 */
export async function bindSymbols(file: string, mayBind?: (name: string) => boolean): Promise<number> {
  const library = await SharedLibrary.open(file);
  try {
    const types = relocationTypes[library.machine];
    const { relocations, relocationsSize, jumps, jumpsSize, relatives } = library.entries(tags);
    if (!types || Math.min(relocations, jumps) < 0) {
      throw new NativeSetupError("CompileFailed", `"${file}" is no library whose references can be bound.`);
    }
    const references = await library.read(relocations, relocationsSize);
    const calls = await library.read(jumps, jumpsSize);
    const symbols = await readSymbols(library, lastSymbol(references, calls) + 1);
    const addressOf = boundAddress(symbols, mayBind);
    const made = makeRelative(references, types, addressOf);
    await library.write(relocations, made.sorted);
    // Without this entry, the loader checks the type of each reference separately.
    if (relatives >= 0) await library.setEntry(tags.relatives, made.relatives);
    return made.bound + (await fillSlots(library, calls, types, addressOf));
  } finally {
    await library.close();
  }
}

function boundAddress(symbols: SymbolTable, mayBind?: (name: string) => boolean): AddressOf {
  if (mayBind === undefined) return (index) => symbols.addressOf(index);
  return (index) => {
    const address = symbols.addressOf(index);
    return address !== undefined && mayBind(symbols.nameOf(index)) ? address : undefined;
  };
}

const typeOf = (list: Buffer, at: number): number => list.readUInt32LE(at + 8);
const symbolOf = (list: Buffer, at: number): number => list.readUInt32LE(at + 12);

function lastSymbol(...lists: readonly Buffer[]): number {
  let last = 0;
  for (const list of lists) {
    for (let at = 0; at < list.length; at += relocationSize) last = Math.max(last, symbolOf(list, at));
  }
  return last;
}

/**
 * Turns references to the library's own symbols into additions of the load address. They are written first, as the
 * loader expects.
 */
function makeRelative(references: Buffer, types: RelocationTypes, addressOf: AddressOf) {
  const relative: Buffer[] = [];
  const named: Buffer[] = [];
  let bound = 0;
  for (let at = 0; at < references.length; at += relocationSize) {
    const entry = references.subarray(at, at + relocationSize);
    const byName = typeOf(entry, 0) === types.address || typeOf(entry, 0) === types.globalData;
    const target = byName ? addressOf(symbolOf(entry, 0)) : undefined;
    if (target !== undefined) {
      const addend = typeOf(entry, 0) === types.address ? entry.readBigInt64LE(16) : 0n;
      entry.writeUInt32LE(types.relative, 8);
      entry.writeUInt32LE(0, 12);
      entry.writeBigInt64LE(BigInt(target) + addend, 16);
      bound += 1;
    }
    (typeOf(entry, 0) === types.relative ? relative : named).push(entry);
  }
  // Sorted by the memory address that each one changes.
  relative.sort((a, b) => number(a, 0) - number(b, 0));
  return { sorted: Buffer.concat([...relative, ...named]), relatives: relative.length, bound };
}

/**
 * A call between functions goes through a slot. Before the first call, the loader adds the load address to the slot, so
 * a slot that contains its function's address is already bound. The relocation entries are kept for loaders that are
 * told to bind by name.
 */
async function fillSlots(library: SharedLibrary, calls: Buffer, types: RelocationTypes, addressOf: AddressOf) {
  let first = Number.POSITIVE_INFINITY;
  let end = 0;
  for (let at = 0; at < calls.length; at += relocationSize) {
    first = Math.min(first, number(calls, at));
    end = Math.max(end, number(calls, at) + 8);
  }
  if (end === 0) return 0;
  const slots = await library.read(first, end - first);
  let bound = 0;
  for (let at = 0; at < calls.length; at += relocationSize) {
    const target = typeOf(calls, at) === types.jumpSlot ? addressOf(symbolOf(calls, at)) : undefined;
    if (target === undefined) continue;
    slots.writeBigUInt64LE(BigInt(target), number(calls, at) - first);
    bound += 1;
  }
  await library.write(first, slots);
  return bound;
}
