import { AwsError } from "../../service.ts";

/**
 * Returns a page of a list and the token of the next page. A token is valid only for the same list, which `key`
 * identifies.
 */
export function page<Item>(
  items: readonly Item[],
  size: number,
  token: string | undefined,
  key: string,
): { readonly items: readonly Item[]; readonly nextToken?: string } {
  const start = token === undefined ? 0 : offsetOf(token, key);
  const end = start + size;
  return { items: items.slice(start, end), ...(end < items.length ? { nextToken: tokenOf(end, key) } : {}) };
}

function tokenOf(offset: number, key: string): string {
  return Buffer.from(JSON.stringify([offset, key])).toString("base64url");
}

function offsetOf(token: string, key: string): number {
  try {
    const [offset, ownKey] = JSON.parse(Buffer.from(token, "base64url").toString("utf8")) as [unknown, unknown];
    if (Number.isInteger(offset) && ownKey === key) return Number(offset);
  } catch {
    // This service did not issue the token; the error below covers this as well as a token of another list.
  }
  throw new AwsError("InvalidToken", "Invalid Token: 'Invalid token'");
}
