import ipaddr from "ipaddr.js";

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

/**
 * True for an address of the public internet: not loopback, private, link-local, multicast, NAT64, documentation,
 * benchmarking or any other special range (IANA's special-purpose registries). IPv6 forms that embed an IPv4 address
 * are special too, because their destination depends on the network.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv6" ? parsed.match(globalUnicast, 3) : true;
}

/** All public IPv6 addresses are in 2000::/3. */
const globalUnicast = ipaddr.IPv6.parse("2000::");
