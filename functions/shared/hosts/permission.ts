/** How a host may be reached. `direct`: exactly this host and port, including private addresses. */
export type HostPermission = "public" | "direct" | "refused";

/**
 * Matches a URL's host against the stack's patterns: `*` (any public host), `example.com`, `*.example.com` (without the
 * bare domain), `host:port` (exactly that, including private addresses).
 */
export function permissionOf(url: URL, patterns: readonly string[]): HostPermission {
  const host = canonicalHost(url.hostname);
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const named = patterns.map((pattern) => pattern.toLowerCase());
  if (named.includes(`${host}:${port}`)) return "direct";
  const open = named.some((pattern) => {
    if (pattern === "*" || pattern === host) return true;
    return pattern.startsWith("*.") && host.endsWith(pattern.slice(1)) && host.length >= pattern.length;
  });
  return open ? "public" : "refused";
}

/** The host in the form of patterns and DNS: lower case, without the trailing dot of the root. */
export function canonicalHost(hostname: string): string {
  return hostname.toLowerCase().replace(/\.$/, "");
}
