import ipaddr from "ipaddr.js";

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
