import { type FileHandle, open } from "node:fs/promises";
import { NativeSetupError } from "../run.ts";

/** Sizes of 64-bit ELF structures (System V ABI, "Object Files"). */
const sizes = { header: 64, segment: 56, entry: 16 } as const;
const segmentTypes = { loadable: 1, dynamic: 2 } as const;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** A 64-bit ELF shared library on disk, read and written in place. Addresses are those in the file, before loading. */
export class SharedLibrary {
  readonly #handle: FileHandle;
  readonly #segments: readonly Segment[];
  /** Offset of the dynamic table in the file. */
  readonly #tableOffset: number;
  readonly #table: Buffer;
  readonly file: string;
  /** ELF's machine number of the processor. */
  readonly machine: number;

  private constructor(
    file: string,
    handle: FileHandle,
    machine: number,
    segments: readonly Segment[],
    tableOffset: number,
    table: Buffer,
  ) {
    this.file = file;
    this.#handle = handle;
    this.machine = machine;
    this.#segments = segments;
    this.#tableOffset = tableOffset;
    this.#table = table;
  }

  /** @throws NativeSetupError "CompileFailed" when the file is not a 64-bit ELF shared library */
  static async open(file: string): Promise<SharedLibrary> {
    const handle = await open(file, "r+");
    try {
      const header = await readAt(handle, 0, sizes.header);
      const is64BitElf = header.length === sizes.header && header.readUInt32BE(0) === 0x7f454c46 && header[4] === 2;
      const segments = is64BitElf ? segmentsOf(await readSegments(handle, header)) : [];
      const dynamic = segments.find(({ type }) => type === segmentTypes.dynamic);
      if (!dynamic) throw new NativeSetupError("CompileFailed", `"${file}" is no 64-bit shared library.`);
      const table = await readAt(handle, dynamic.offset, dynamic.size);
      return new SharedLibrary(file, handle, header.readUInt16LE(18), segments, dynamic.offset, table);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  /** An entry of the dynamic table; undefined if it does not exist. */
  entry(tag: number): number | undefined {
    const at = this.#placeOf(tag);
    return at === undefined ? undefined : number(this.#table, at);
  }

  /** The entries with these tags; -1 for each that does not exist. */
  entries<Name extends string>(tags: Readonly<Record<Name, number>>): Readonly<Record<Name, number>> {
    const found = Object.entries<number>(tags).map(([name, tag]) => [name, this.entry(tag) ?? -1]);
    return Object.fromEntries(found) as Record<Name, number>;
  }

  /** Changes an existing entry. */
  async setEntry(tag: number, value: number): Promise<void> {
    const at = this.#placeOf(tag);
    if (at === undefined) throw new RangeError(`The library has no dynamic entry ${tag}.`);
    this.#table.writeBigUInt64LE(BigInt(value), at);
    await this.#handle.write(this.#table, at, 8, this.#tableOffset + at);
  }

  read(address: number, length: number): Promise<Buffer> {
    return readAt(this.#handle, this.#offsetOf(address), length);
  }

  async write(address: number, bytes: Buffer): Promise<void> {
    await this.#handle.write(bytes, 0, bytes.length, this.#offsetOf(address));
  }

  #placeOf(tag: number): number | undefined {
    for (let at = 0; at < this.#table.length; at += sizes.entry) if (number(this.#table, at) === tag) return at + 8;
    return undefined;
  }

  #offsetOf(address: number): number {
    const inside = (each: Segment): boolean =>
      each.type === segmentTypes.loadable && address >= each.address && address < each.address + each.size;
    const segment = this.#segments.find(inside);
    if (!segment) throw new RangeError(`The library holds nothing at address ${address}.`);
    return segment.offset + address - segment.address;
  }
}

/** ELF numbers have 64 bits, but the offsets and addresses used here are far below 2^53. */
export function number(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

function readSegments(handle: FileHandle, header: Buffer): Promise<Buffer> {
  return readAt(handle, number(header, 32), header.readUInt16LE(56) * sizes.segment);
}

function segmentsOf(bytes: Buffer): readonly Segment[] {
  return Array.from({ length: Math.floor(bytes.length / sizes.segment) }, (_, index) => {
    const at = index * sizes.segment;
    return {
      type: bytes.readUInt32LE(at),
      offset: number(bytes, at + 8),
      address: number(bytes, at + 16),
      size: number(bytes, at + 32),
    };
  });
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
