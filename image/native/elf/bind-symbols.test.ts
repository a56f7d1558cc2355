import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bindSymbols } from "./bind-symbols.ts";
import { definedNames } from "./symbol-table.ts";

/**
 * Offsets in an x86-64 shared library with one segment: symbols of each kind and their names, a hash table of one bucket,
 * relocations, and the slots of two calls.
 */
const places = {
  dynamic: 0x100,
  symbols: 0x200,
  relocations: 0x300,
  jumps: 0x400,
  slots: 0x500,
  names: 0x540,
  hash: 0x5a0,
  end: 0x600,
} as const;
const names = ["", "own", "foreign", "ofThread", "unique", "fixed"];
/** Distance between the segment's address and its offset in the file; linkers use such a distance. */
const mapped = 0x1000;
const own = 1;
const foreign = 2;
const ofThread = 3;
const unique = 4;
const fixed = 5;
const ownAddress = 0x4321n;

function library(): Buffer {
  const file = Buffer.alloc(places.end);
  const word = (at: number, value: number | bigint) => file.writeBigUInt64LE(BigInt(value), at);
  file.writeUInt32BE(0x7f454c46, 0);
  file.writeUInt8(2, 4);
  file.writeUInt16LE(62, 18);
  word(32, 64);
  file.writeUInt16LE(2, 56);
  for (const [at, type, offset, size] of [
    [64, 1, 0, places.end],
    [120, 2, places.dynamic, 0xa0],
  ] as const) {
    file.writeUInt32LE(type, at);
    word(at + 8, offset);
    word(at + 16, offset + mapped);
    word(at + 32, size);
  }
  const table = [
    [6, places.symbols + mapped],
    [7, places.relocations + mapped],
    [8, 7 * 24],
    [23, places.jumps + mapped],
    [2, 2 * 24],
    [0x6ffffff9, 1],
    [5, places.names + mapped],
    [10, places.hash - places.names],
    [0x6ffffef5, places.hash + mapped],
  ] as const;
  for (const [index, [tag, value]] of table.entries()) {
    word(places.dynamic + index * 16, tag);
    word(places.dynamic + index * 16 + 8, value);
  }
  const text = Buffer.from(names.map((name) => `${name}\0`).join(""), "latin1");
  text.copy(file, places.names);
  for (const [index, name] of names.entries()) {
    if (index > 0) file.writeUInt32LE(text.indexOf(`\0${name}\0`) + 1, places.symbols + index * 24);
  }
  // One bucket whose chain begins with the first symbol that has a name, behind a filter of one word.
  for (const [at, value] of [1, own, 1, 0, 0, 0, own, 2, 4, 6, 8, 9].entries()) {
    file.writeUInt32LE(value, places.hash + at * 4);
  }
  const symbol = (index: number, kind: number, section: number, value: bigint) => {
    const at = places.symbols + index * 24;
    file.writeUInt8(kind, at + 4);
    file.writeUInt16LE(section, at + 6);
    word(at + 8, value);
  };
  symbol(own, 2, 7, ownAddress);
  symbol(foreign, 2, 0, 0n);
  symbol(ofThread, 6, 7, 8n);
  symbol(unique, (10 << 4) | 1, 7, ownAddress);
  symbol(fixed, 1, 0xfff1, 42n);
  const relocation = (list: number, index: number, slot: number, type: number, name: number, addend: number) => {
    const at = list + index * 24;
    word(at, slot);
    file.writeUInt32LE(type, at + 8);
    file.writeUInt32LE(name, at + 12);
    file.writeBigInt64LE(BigInt(addend), at + 16);
  };
  relocation(places.relocations, 0, 0x9020, 8, 0, 0x77);
  relocation(places.relocations, 1, 0x9018, 1, own, 16);
  relocation(places.relocations, 2, 0x9010, 1, foreign, 0);
  relocation(places.relocations, 3, 0x9008, 6, own, 99);
  relocation(places.relocations, 4, 0x9000, 6, ofThread, 0);
  relocation(places.relocations, 5, 0x8ff8, 1, unique, 0);
  relocation(places.relocations, 6, 0x8ff0, 1, fixed, 0);
  relocation(places.jumps, 0, places.slots + mapped + 8, 7, own, 0);
  relocation(places.jumps, 1, places.slots + mapped + 16, 7, foreign, 0);
  word(places.slots + 8, 0x1111);
  word(places.slots + 16, 0x2222);
  return file;
}

const relocationAt = (file: Buffer, index: number) => {
  const at = places.relocations + index * 24;
  return {
    slot: Number(file.readBigUInt64LE(at)),
    type: file.readUInt32LE(at + 8),
    symbol: file.readUInt32LE(at + 12),
    addend: file.readBigInt64LE(at + 16),
  };
};

let work: string;
beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), "dlw-bind-"));
});
afterAll(() => rm(work, { recursive: true, force: true }));

async function bound(
  content: Buffer,
  name = "library",
  mayBind?: (name: string) => boolean,
): Promise<{ count: number; file: Buffer }> {
  const file = path.join(work, name);
  await writeFile(file, content);
  const count = await bindSymbols(file, mayBind);
  return { count, file: await readFile(file) };
}

describe("bindSymbols", () => {
  it("makes additions of the references to own symbols, and puts all additions first, by place", async () => {
    const { count, file } = await bound(library());
    expect(count).toBe(3);
    expect([0, 1, 2].map((index) => relocationAt(file, index))).toEqual([
      { slot: 0x9008, type: 8, symbol: 0, addend: ownAddress },
      { slot: 0x9018, type: 8, symbol: 0, addend: ownAddress + 16n },
      { slot: 0x9020, type: 8, symbol: 0, addend: 0x77n },
    ]);
    expect(file.readBigUInt64LE(places.dynamic + 5 * 16 + 8)).toBe(3n);
  });

  it("leaves to the loader what others define or may define, what each thread has for itself, what does not move", async () => {
    const { file } = await bound(library());
    expect([3, 4, 5, 6].map((index) => relocationAt(file, index))).toEqual([
      { slot: 0x9010, type: 1, symbol: foreign, addend: 0n },
      { slot: 0x9000, type: 6, symbol: ofThread, addend: 0n },
      { slot: 0x8ff8, type: 1, symbol: unique, addend: 0n },
      { slot: 0x8ff0, type: 1, symbol: fixed, addend: 0n },
    ]);
  });

  it("binds a library without a count of additions, and writes none", async () => {
    const uncounted = library();
    uncounted.writeBigUInt64LE(0n, places.dynamic + 5 * 16);
    const { count, file } = await bound(uncounted, "uncounted");
    expect(count).toBe(3);
    expect(file.readBigUInt64LE(places.dynamic + 5 * 16 + 8)).toBe(1n);
  });

  it("fills the slots of calls to own functions, and no other", async () => {
    const { file } = await bound(library());
    expect(file.readBigUInt64LE(places.slots + 8)).toBe(ownAddress);
    expect(file.readBigUInt64LE(places.slots + 16)).toBe(0x2222n);
  });

  it("binds only references to names that may be bound", async () => {
    const asked = new Set<string>();
    const never = (name: string): boolean => asked.add(name) === undefined;
    const { count, file } = await bound(library(), "unbound", never);
    expect([count, [...asked]]).toEqual([0, ["own"]]);
    expect(file.readBigUInt64LE(places.slots + 8)).toBe(0x1111n);
    expect((await bound(library(), "some", (name) => name === "own")).count).toBe(3);
  });

  it("changes a library once: the second time only the slots are written again, alike", async () => {
    const once = await bound(library());
    const twice = await bound(once.file, "again");
    expect(twice.file).toEqual(once.file);
  });

  it.each([
    ["text", Buffer.from("this is not a library at all, but text of some length, more than a header has")],
    ["nothing", Buffer.alloc(0)],
    ["a processor that is not known", Object.assign(library(), { 18: 3 })],
  ])("refuses %s", async (name, content) => {
    await expect(bound(content, name)).rejects.toMatchObject({ code: "CompileFailed" });
  });
});

describe("definedNames", () => {
  it("are all that the library defines, up to the last symbol of the hash table", async () => {
    const file = path.join(work, "named");
    await writeFile(file, library());
    expect([...(await definedNames(file))]).toEqual(["own", "ofThread", "unique", "fixed"]);
  });

  it("cannot be read without a hash table", async () => {
    const file = path.join(work, "nameless");
    const content = library();
    content.writeBigUInt64LE(0n, places.dynamic + 8 * 16);
    await writeFile(file, content);
    await expect(definedNames(file)).rejects.toMatchObject({ code: "CompileFailed" });
  });
});
