/** Control characters (C0, DEL, C1), line and paragraph separators, and characters that change the text direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not reach a terminal or a log.
const hidden = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Makes untrusted text safe for a terminal, a log or a message: invisible and control characters are escaped. */
export function printable(text: string): string {
  return text.replace(hidden, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The same for a text of several lines, whose line feeds stay. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

/** Removes credentials and queries, which may be secrets, from the URLs in a text: `https://host/path?…`. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'@]*@/gi, "$1")
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s?#"']*)[?#][^\s"']*/gi, "$1?…");
}
