/** A path that is encoded more often than this is treated as an attack. */
const mostEncodings = 5;

/**
 * Whether parsing a request's path as a URL leaves it unchanged. Parsing removes dot segments and replaces backslashes
 * by slashes, so the result could differ from the path that the client requested and signed.
 */
export function isKeptByUrl(target: string): boolean {
  const path = pathOf(target);
  if (!path.startsWith("/") || path.includes("\\")) return false;
  return !path.split("/").some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
}

/**
 * Whether a path means the same no matter how often it is decoded on its way: first by the gateway, then by the
 * function that routes on it. S3 keys may contain backslashes and dots, because a key is never decoded twice.
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

/** Decodes each encoded byte separately, so that one malformed sequence does not hide another. */
function decode(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
