/** Encoded more often than this, a path is an attack. */
const mostEncodings = 5;

/**
 * Whether a URL leaves a request's path as it was sent. It drops dot segments and takes a backslash for a slash: what
 * is left would not be what was asked for and signed.
 */
export function isKeptByUrl(target: string): boolean {
  const path = pathOf(target);
  if (!path.startsWith("/") || path.includes("\\")) return false;
  return !path.split("/").some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
}

/**
 * Whether a path means the same however often it is decoded on its way: the gateway decodes it, then the function that
 * routes by it. Keys of S3 are free to contain backslashes and dots, because nothing decodes a key twice.
 */
export function isPlain(target: string): boolean {
  let text = pathOf(target);
  for (let count = 0; count < mostEncodings; count += 1) {
    const decoded = decode(text);
    if (/[\\\0]/.test(decoded) || decoded.split("/").some((segment) => segment === "." || segment === ".."))
      return false;
    if (decoded === text) return true;
    text = decoded;
  }
  return false;
}

function pathOf(target: string): string {
  return target.split("?")[0] ?? "";
}

/** Decodes each byte that is encoded on its own, so that one malformed part does not hide another. */
function decode(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
