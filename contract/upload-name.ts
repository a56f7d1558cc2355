/** Characters (code points) of the name of an uploaded file. */
export const uploadNameLength = 255;

/** Key of the name in the metadata of an uploaded object: the header `x-amz-meta-name`. */
export const uploadNameKey = "name";

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are removed.
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
const encoded = /^=\?UTF-8\?B\?([A-Za-z0-9+/=]*)\?=$/;

/** A name without control characters and surrounding spaces. */
export const cleanName = (name: string): string => name.replace(control, "").trim();

/**
 * A name as the value of S3 metadata, which must be ASCII: other characters are encoded as S3 itself returns them (RFC 2047).
 * 255 characters have at most 1,372 bytes; S3 stores 2 KB of metadata.
 */
export function encodeName(name: string): string {
  if (/^[ -~]*$/.test(name) && !encoded.test(name)) return name;
  const bytes = new TextEncoder().encode(name);
  return `=?UTF-8?B?${btoa(String.fromCharCode(...bytes))}?=`;
}

/** The name in the metadata of an uploaded object. */
export function decodeName(value: string): string {
  const [, text] = encoded.exec(value) ?? [];
  if (text === undefined) return value;
  return new TextDecoder().decode(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
}
