import { describe, expect, it } from "vitest";
import { issued, keys, roleCaller } from "../server/test-support/harness.ts";
import { signatureOf } from "./canonical.ts";
import { parseCredential, readSignature } from "./credential.ts";
import type { KeyRing } from "./keys.ts";
import { verify } from "./verify.ts";

/** The examples in "Authenticating Requests (AWS Signature Version 4)" of the S3 API reference. */
const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const scope = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";

function signed(request: Request) {
  const found = readSignature(request);
  if (!found) throw new Error("no signature was found");
  return found;
}

describe("AWS's own examples", () => {
  it("a GET with a range gets the signature of the documentation", () => {
    const request = new Request("https://examplebucket.s3.amazonaws.com/test.txt", {
      headers: {
        host: "examplebucket.s3.amazonaws.com",
        range: "bytes=0-9",
        "x-amz-content-sha256": emptyHash,
        "x-amz-date": "20130524T000000Z",
        authorization: `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=00`,
      },
    });
    expect(signatureOf(request, signed(request), secret, emptyHash)).toBe(
      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    );
  });

  it("a presigned GET gets the signature of the documentation", () => {
    const query = new URLSearchParams({
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": scope,
      "X-Amz-Date": "20130524T000000Z",
      "X-Amz-Expires": "86400",
      "X-Amz-SignedHeaders": "host",
      "X-Amz-Signature": "00",
    });
    const headers = { host: "examplebucket.s3.amazonaws.com" };
    const request = new Request(`https://examplebucket.s3.amazonaws.com/test.txt?${query}`, { headers });
    expect(signatureOf(request, signed(request), secret, "UNSIGNED-PAYLOAD")).toBe(
      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    );
  });
});

describe("what is no signature", () => {
  const ask = (authorization: string) =>
    readSignature(new Request("http://localhost/", { headers: { authorization } }));

  it("another scheme is left to others", () => {
    expect(ask("Bearer token")).toBeUndefined();
    expect(readSignature(new Request("http://localhost/?X-Amz-Date=1"))).toBeUndefined();
  });

  it.each([
    "AWS4-HMAC-SHA256",
    "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0",
    `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host`,
    `AWS4-ECDSA-P256-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
  ])("%s is malformed", (authorization) => {
    expect(() => ask(authorization)).toThrow(expect.objectContaining({ name: "AuthorizationHeaderMalformed" }));
  });

  it("a key may contain slashes, a scope may not end otherwise", () => {
    expect(parseCredential(`a/${scope}`).accessKeyId).toBe("a/AKIAIOSFODNN7EXAMPLE");
    expect(() => parseCredential(scope.replace("aws4_request", "aws4"))).toThrow(/malformed/);
  });
});

describe("verify", () => {
  const stamp = (now: number): string => `${new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, "")}`;
  const request = (now: number) =>
    new Request("http://localhost/", {
      headers: {
        host: "localhost",
        "x-amz-date": stamp(now),
        authorization: `AWS4-HMAC-SHA256 Credential=${scope.replace("AKIAIOSFODNN7EXAMPLE", issued.accessKeyId)}, SignedHeaders=host;x-amz-date, Signature=00`,
      },
    });

  it("refuses a request of an issued key from another time before it looks at the signature", () => {
    const now = Date.UTC(2026, 10, 22);
    const old = request(now - 16 * 60_000);
    expect(() => verify(old, signed(old), { keys, now })).toThrow(
      expect.objectContaining({ name: "RequestTimeTooSkewed" }),
    );
    const fresh = request(now);
    expect(() => verify(fresh, signed(fresh), { keys, now })).toThrow(
      expect.objectContaining({ name: "SignatureDoesNotMatch" }),
    );
  });

  /** A request with a correct signature over the given headers. */
  function rightly(signedHeaders: string, more: Record<string, string> = {}, ring: KeyRing = keys): Request {
    const now = Date.UTC(2026, 10, 22);
    const credential = scope.replace("AKIAIOSFODNN7EXAMPLE", issued.accessKeyId);
    const build = (signature: string) =>
      new Request("http://localhost/", {
        headers: {
          host: "localhost",
          "x-amz-date": stamp(now),
          authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
          ...more,
        },
      });
    const draft = build("00");
    const { secretAccessKey } = ring.keyOf(issued.accessKeyId);
    return build(signatureOf(draft, signed(draft), secretAccessKey, "UNSIGNED-PAYLOAD"));
  }
  const now = Date.UTC(2026, 10, 22);

  it("takes a right signature only where the host is among what was signed", () => {
    const right = rightly("host;x-amz-date");
    expect(verify(right, signed(right), { keys, now })).toEqual(roleCaller);
    const anyHost = rightly("x-amz-date");
    expect(() => verify(anyHost, signed(anyHost), { keys, now })).toThrow(
      expect.objectContaining({ name: "SignatureDoesNotMatch" }),
    );
  });

  it("takes a session's key only with the session's token", () => {
    const ring: KeyRing = { keyOf: (id) => ({ ...keys.keyOf(id), sessionToken: "the-token" }) };
    const check = (more: Record<string, string>) => () => {
      const names = ["host", "x-amz-date", ...Object.keys(more)].join(";");
      const request = rightly(names, more, ring);
      return verify(request, signed(request), { keys: ring, now });
    };
    expect(check({ "x-amz-security-token": "the-token" })()).toEqual(roleCaller);
    for (const wrong of [{}, { "x-amz-security-token": "another" }]) {
      expect(check(wrong as Record<string, string>)).toThrow(expect.objectContaining({ name: "InvalidToken" }));
    }
  });
});
