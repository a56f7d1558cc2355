import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { permissionOf } from "./permission.ts";
import { isPublicAddress } from "./public.ts";

const permission = (url: string, ...patterns: string[]) => permissionOf(new URL(url), patterns);

describe("host patterns", () => {
  it.each([
    ["https://example.com/a.jpg", ["*"], "public"],
    ["https://example.com/a.jpg", ["example.com"], "public"],
    ["https://EXAMPLE.com./a.jpg", ["Example.COM"], "public"],
    ["https://img.example.com/a.jpg", ["*.example.com"], "public"],
    ["https://a.b.example.com/a.jpg", ["*.example.com"], "public"],
    ["http://localhost:9000/a.jpg", ["localhost:9000"], "direct"],
    ["https://internal/a.jpg", ["internal:443"], "direct"],
    ["http://[::1]:9000/a.jpg", ["[::1]:9000"], "direct"],
  ])("%s with the patterns %j: %s", (url, patterns, expected) => {
    expect(permission(url, ...patterns)).toBe(expected);
  });

  it.each([
    ["an empty list", "https://example.com/", []],
    ["another host", "https://example.org/", ["example.com"]],
    ["the bare domain of a wildcard", "https://example.com/", ["*.example.com"]],
    ["a host with the same ending", "https://evilexample.com/", ["*.example.com", "example.com"]],
    ["a host with the same beginning", "https://example.com.evil.org/", ["example.com", "*.example.com"]],
    ["another port of a direct entry", "http://localhost:9001/", ["localhost:9000"]],
    ["the default port of a direct entry", "http://localhost/", ["localhost:9000"]],
  ])("%s is rejected", (_what, url, patterns) => {
    expect(permission(url, ...patterns)).toBe("refused");
  });
});

describe("public addresses", () => {
  it.each(["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700::1111", "2a00:1450:4001::1"])("%s is one", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  const special = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
  ];
  it.each(special)("no address in %s is public, nor an IPv6 address that embeds it", (range) => {
    const [network, bits] = ipaddr.IPv4.parseCIDR(range);
    const [a = 0, b = 0, c = 0, d = 0] = network.toByteArray();
    const base = ((a * 256 + b) * 256 + c) * 256 + d;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** (32 - bits) - 1 }), (offset) => {
        const value = base + offset;
        const address = [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
        const forms = [address, `::ffff:${address}`, `::${address}`, `64:ff9b::${address}`];
        expect(forms.filter(isPublicAddress)).toEqual([]);
      }),
    );
  });

  it.each(["::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "3fff::1"])(
    "%s is not public",
    (address) => expect(isPublicAddress(address)).toBe(false),
  );

  it.each(["2001::1", "2002:7f00:1::", "64:ff9b:1::1", "100::1", "5f00::1", "fe80::1%eth0", "example.com", ""])(
    "%s (a tunnel, a translator or a name) is not public either",
    (address) => expect(isPublicAddress(address)).toBe(false),
  );
});
