/** Names under which this machine reaches itself. */
const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Whether a Host header names this server: a loopback name, `<bucket>.localhost`, or the `sync-` name that Step
 * Functions clients use, each with the server's port. Any other name means that a page made a browser believe its own
 * domain were this machine (DNS rebinding).
 */
export function isOwnHost(host: string | undefined, port: number, isBucket: (name: string) => boolean): boolean {
  const match = /^(\[[0-9a-f:]+\]|[^:]*)(?::(\d+))?$/i.exec(host ?? "");
  if (!match || Number(match[2] ?? 80) !== port) return false;
  const name = (match[1] ?? "").toLowerCase();
  if (loopbackNames.has(name) || loopbackNames.has(name.replace(/^sync-/, ""))) return true;
  const bucket = /^(.+?)(?:\.s3(?:\.[a-z0-9-]+)?)?\.localhost$/.exec(name)?.[1];
  return bucket !== undefined && isBucket(bucket);
}

/**
 * Whether a request comes from this server's own page or from no page at all. A browser says so itself (`Origin`,
 * `Sec-Fetch-Site`); a page of another origin could otherwise use the operator's unrestricted rights by signing with
 * any key it likes.
 */
export function isTrusted(headers: Headers, port: number): boolean {
  const origin = headers.get("origin");
  if (origin !== null) {
    const match = /^http:\/\/(.+)$/.exec(origin);
    return match !== null && isOwnHost(match[1], port, () => false);
  }
  const site = headers.get("sec-fetch-site");
  return site === null || site === "same-origin" || site === "none";
}
