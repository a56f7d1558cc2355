import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Address } from "../../shared/hosts/addresses.ts";
import { fetchHttp } from "./http.ts";
import { readReference } from "./reference.ts";

/**
 * Ways to make a server fetch what only it can reach. `PORT` is a server that listens on loopback and
 * must not see a connection; `FRONT` is an allowed host that redirects to the URL in its path.
 */
let victim: Server;
let front: Server;
let connections = 0;

beforeAll(async () => {
  victim = createServer((_request, response) => response.end("secret"));
  victim.on("connection", () => {
    connections++;
  });
  front = createServer((request, response) => {
    response.writeHead(302, { location: decodeURIComponent((request.url ?? "").slice(1)) }).end();
  });
  // Without a host the server listens on every address of both families.
  await Promise.all([
    new Promise<void>((done) => victim.listen(0, done)),
    new Promise<void>((done) => front.listen(0, "127.0.0.1", done)),
  ]);
});

afterAll(async () => {
  await Promise.all([victim, front].map((server) => new Promise((done) => server.close(done))));
});

const portOf = (server: Server) => String((server.address() as AddressInfo).port);
const fill = (text: string) =>
  text.replaceAll("PORT", portOf(victim)).replaceAll("FRONT", `127.0.0.1:${portOf(front)}`);

/** Names in the test's DNS; the responses in a list are returned one after another. */
const addresses: Readonly<Record<string, readonly string[]>> = {
  "loopback.test": ["127.0.0.1"],
  "loopback6.test": ["::1"],
  "mapped.test": ["::ffff:127.0.0.1"],
  "private.test": ["10.1.2.3"],
  "metadata.test": ["169.254.169.254"],
  localhost: ["127.0.0.1"],
  "localtest.me": ["127.0.0.1"],
  "127.0.0.1.nip.io": ["127.0.0.1"],
  "any.test": ["0.0.0.0"],
  "nat64.test": ["64:ff9b::7f00:1"],
  "unique-local.test": ["fd00::1"],
};

async function attempt(text: string): Promise<string> {
  const calls = new Map<string, number>();
  const resolve = async (host: string): Promise<readonly Address[]> => {
    calls.set(host, (calls.get(host) ?? 0) + 1);
    if (host === "both.test") {
      return [
        { address: "93.184.215.14", family: 4 },
        { address: "127.0.0.1", family: 4 },
      ];
    }
    if (host === "rebinding.test") {
      return [{ address: calls.get(host) === 1 ? "93.184.215.14" : "127.0.0.1", family: 4 }];
    }
    const found = addresses[host];
    if (!found) throw Object.assign(new Error("not found"), { code: "ENOTFOUND" });
    return found.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  };
  try {
    const source = readReference(fill(text), { ownBucket: "own", imageBuckets: [] });
    if (source.kind === "s3") return "fetched from S3";
    await fetchHttp(source.url, {
      allowedHosts: ["*", fill("FRONT")],
      maxBytes: 1_000,
      timeoutMs: 30_000,
      resolve,
    });
    return "fetched";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const invalid = "InvalidImageReference";
const refused = "HostNotAllowed";
const rows: readonly (readonly [string, string])[] = [
  // IPv4 in every notation that URL parsers accept
  ["http://127.0.0.1:PORT/", refused],
  ["https://127.0.0.1:PORT/", refused],
  ["http://127.0.0.1.:PORT/", refused],
  ["http://127.1:PORT/", refused],
  ["http://127.0.1:PORT/", refused],
  ["http://2130706433:PORT/", refused],
  ["http://017700000001:PORT/", refused],
  ["http://0x7f000001:PORT/", refused],
  ["http://0x7f.0.0.1:PORT/", refused],
  ["http://0177.0.0.1:PORT/", refused],
  ["http://0x7F.0x0.0x0.0x1:PORT/", refused],
  ["http://0177.0x0.0.01:PORT/", refused],
  ["http://127.0.0.0x1:PORT/", refused],
  ["http://0:PORT/", refused],
  ["http://0.0.0.0:PORT/", refused],
  ["http://127.255.255.254:PORT/", refused],
  ["http://127.127.127.127:PORT/", refused],
  ["http://%31%32%37.0.0.1:PORT/", refused],
  ["http://127%2e0%2e0%2e1:PORT/", refused],
  ["http://①②⑦.⓪.⓪.①:PORT/", refused],
  ["http://127。0。0。1:PORT/", refused],
  ["http://１２７.０.０.１:PORT/", refused],
  ["http://4294967296:PORT/", invalid],
  ["http://127.0.0.256:PORT/", invalid],
  ["http://127.0.0.1.2.3:PORT/", invalid],
  ["http://08.0.0.1:PORT/", invalid],
  // private, link-local and other special ranges
  ["http://10.0.0.1:PORT/", refused],
  ["http://172.16.0.1:PORT/", refused],
  ["http://172.31.255.255:PORT/", refused],
  ["http://192.168.0.1:PORT/", refused],
  ["http://100.64.0.1:PORT/", refused],
  ["http://198.18.0.1:PORT/", refused],
  ["http://192.0.0.192:PORT/", refused],
  ["http://224.0.0.1:PORT/", refused],
  ["http://255.255.255.255:PORT/", refused],
  ["http://169.254.169.254/latest/meta-data/iam/security-credentials/", refused],
  ["http://169.254.170.2/v2/credentials", refused],
  ["http://169.254.169.254.:PORT/", refused],
  ["http://2852039166/latest/meta-data/", refused],
  ["http://0xa9fea9fe/latest/meta-data/", refused],
  ["http://0251.0376.0251.0376/", refused],
  ["http://169.254.43518/", refused],
  ["http://127.0.0.1:9001/2018-06-01/runtime/invocation/next", refused],
  // IPv6
  ["http://[::1]:PORT/", refused],
  ["http://[0:0:0:0:0:0:0:1]:PORT/", refused],
  ["http://[0000:0000:0000:0000:0000:0000:0000:0001]:PORT/", refused],
  ["http://[::]:PORT/", refused],
  ["http://[::ffff:127.0.0.1]:PORT/", refused],
  ["http://[::ffff:7f00:1]:PORT/", refused],
  ["http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/", refused],
  ["http://[::127.0.0.1]:PORT/", refused],
  ["http://[::ffff:0:127.0.0.1]:PORT/", refused],
  ["http://[64:ff9b::127.0.0.1]:PORT/", refused],
  ["http://[64:ff9b:1::7f00:1]:PORT/", refused],
  ["http://[2002:7f00:1::]:PORT/", refused],
  ["http://[2001:0:7f00:1::]:PORT/", refused],
  ["http://[fe80::1]:PORT/", refused],
  ["http://[fc00::1]:PORT/", refused],
  ["http://[fd00:ec2::254]/latest/meta-data/", refused],
  ["http://[ff02::1]:PORT/", refused],
  ["http://[2001:db8::1]:PORT/", refused],
  ["http://[fe80::1%25lo]:PORT/", invalid],
  ["http://[::1:PORT/", invalid],
  // user information, and characters that parsers interpret differently
  ["http://example.com@127.0.0.1:PORT/", invalid],
  ["http://example.com:80@127.0.0.1:PORT/", invalid],
  ["http://user:password@example.com/", invalid],
  ["http://127.0.0.1:PORT@example.com/", invalid],
  ["http://:@127.0.0.1:PORT/", refused],
  ["http://example.com\\@127.0.0.1:PORT/", invalid],
  ["http:\\\\127.0.0.1:PORT/", invalid],
  ["http://127.0.0.1:PORT\t/", invalid],
  ["http://127.0.0.1\n:PORT/", invalid],
  [" http://127.0.0.1:PORT/", invalid],
  ["http://exa mple.com/", invalid],
  ["http://127.0.0.1:PORT\u0000.example.com/", invalid],
  ["http:127.0.0.1:PORT/", refused],
  ["http:/127.0.0.1:PORT/", refused],
  ["http:////127.0.0.1:PORT/", refused],
  ["HTTP://127.0.0.1:PORT/", refused],
  ["//127.0.0.1:PORT/", invalid],
  ["127.0.0.1:PORT/", invalid],
  ["http://127.0.0.1:99999/", invalid],
  ["http://#@127.0.0.1:PORT/", invalid],
  ["http://?@127.0.0.1:PORT/", invalid],
  // names
  ["http://localhost:PORT/", refused],
  ["http://LOCALHOST.:PORT/", refused],
  ["http://ⓛocalhost:PORT/", refused],
  ["http://loc%61lhost:PORT/", refused],
  ["http://localtest.me:PORT/", refused],
  ["http://127.0.0.1.nip.io:PORT/", refused],
  ["http://loopback.test:PORT/", refused],
  ["http://loopback6.test:PORT/", refused],
  ["http://mapped.test:PORT/", refused],
  ["http://nat64.test:PORT/", refused],
  ["http://any.test:PORT/", refused],
  ["http://private.test:PORT/", refused],
  ["http://unique-local.test:PORT/", refused],
  ["http://metadata.test/latest/meta-data/", refused],
  ["http://both.test:PORT/", refused],
  ["http://xn--7ca.test:PORT/", "HostNotFound"],
  ["http://rebinding.test:PORT/", "ConnectionFailed"],
  // other schemes
  ["file:///etc/passwd", invalid],
  ["ftp://127.0.0.1:PORT/", invalid],
  ["gopher://127.0.0.1:PORT/_GET", invalid],
  ["data:image/png;base64,AAAA", invalid],
  ["javascript:fetch('http://127.0.0.1:PORT')", invalid],
  ["blob:http://127.0.0.1:PORT/1", invalid],
  ["s3://other/uploads/a.jpg", refused],
  ["s3://own/results/a.json", refused],
  ["s3://own/uploads/../results/a.json", invalid],
  ["s3://own@127.0.0.1:PORT/a.jpg", invalid],
  // redirects of an allowed host
  ["http://FRONT/http://127.0.0.1:PORT/", refused],
  ["http://FRONT/http://[::1]:PORT/", refused],
  ["http://FRONT/http://2130706433:PORT/", refused],
  ["http://FRONT/http://loopback.test:PORT/", refused],
  ["http://FRONT/http://169.254.169.254/latest/meta-data/", refused],
  ["http://FRONT/http://169.254.170.2/v2/credentials", refused],
  ["http://FRONT/http://127.0.0.1:9001/2018-06-01/runtime/invocation/next", refused],
  ["http://FRONT///127.0.0.1:PORT/", refused],
  ["http://FRONT/http://user:password@127.0.0.1:PORT/", invalid],
  ["http://FRONT/file:///etc/passwd", invalid],
  ["http://FRONT/ftp://127.0.0.1:PORT/", invalid],
  ["http://FRONT/s3://own/results/a.json", invalid],
  ["http://FRONT/http://FRONT/http://127.0.0.1:PORT/", refused],
];

describe("image references that target this machine or its network", () => {
  it("are at least eighty different ones", () => {
    expect(new Set(rows.map(([text]) => text)).size).toBeGreaterThanOrEqual(80);
  });

  it("would connect if they were allowed, which proves that the cases below can fail", async () => {
    const url = new URL(fill("http://127.0.0.1:PORT/"));
    const bytes = await fetchHttp(url, { allowedHosts: [url.host], maxBytes: 1_000, timeoutMs: 30_000 });
    expect(bytes.toString()).toBe("secret");
    expect(connections).toBe(1);
  });

  it.each(rows)("%j gives %s and opens no connection", async (text, code) => {
    const before = connections;
    expect(await attempt(text)).toBe(code);
    expect(connections).toBe(before);
  });
});
