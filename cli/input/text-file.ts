/** The text of a list, and the stored bytes of its names if it is not UTF-8. */
export interface TextFile {
  readonly text: string;
  /** The bytes of a part of the text; undefined if the file is Unicode, because then the text is the name. */
  bytesOf(part: string): Buffer | undefined;
}

/**
 * Decodes a list by its byte order mark (UTF-8, UTF-16 of either order); without one as UTF-16 if every second byte is
 * zero, as UTF-8 if it is valid, and otherwise as Windows-1252, in which every byte is a character.
 */
export function decodeText(bytes: Buffer): TextFile {
  const unicode = markedEncoding(bytes) ?? "utf-8";
  try {
    return { text: new TextDecoder(unicode, { fatal: true }).decode(bytes), bytesOf: () => undefined };
  } catch {
    const text = windows1252.decode(bytes);
    return { text, bytesOf: (part) => Buffer.from(Array.from(part, (each) => byteOf.get(each) ?? 0)) };
  }
}

function markedEncoding(bytes: Buffer): "utf-8" | "utf-16le" | "utf-16be" | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  // A list begins with ASCII: a quotation mark, a bracket, a letter of a name or URL.
  if (bytes[0] && bytes[1] === 0 && bytes[2] && bytes[3] === 0) return "utf-16le";
  if (bytes[0] === 0 && bytes[1] && bytes[2] === 0 && bytes[3]) return "utf-16be";
  return undefined;
}

const windows1252 = new TextDecoder("windows-1252");
const byteOf: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, byte) => [windows1252.decode(Buffer.of(byte)), byte]),
);
