import { readdirSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost, type PresignedPostOptions } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bucketNamed, type Harness, issued, startHarness } from "../server/test-support/harness.ts";
import { sign } from "../sigv4/canonical.ts";
import { parseCredential } from "../sigv4/credential.ts";

const Bucket = "photos";
let harness: Harness;
let client: S3Client;

beforeAll(async () => {
  const cors = [
    {
      allowedOrigins: ["https://*.example.com"],
      allowedMethods: ["GET", "POST"],
      allowedHeaders: ["content-type"],
      exposeHeaders: ["ETag"],
    },
  ];
  harness = await startHarness({ s3: { buckets: [bucketNamed(Bucket, { cors })] } });
  client = clientOf(issued);
  await client.send(new PutObjectCommand({ Bucket, Key: "here", Body: "stored here", ContentType: "text/html" }));
});

afterAll(async () => {
  client?.destroy();
  await harness?.close();
});

function clientOf(credentials: { accessKeyId: string; secretAccessKey: string }): S3Client {
  const requestChecksumCalculation = "WHEN_REQUIRED" as const;
  return new S3Client({ endpoint: harness.url, region: "us-east-1", credentials, requestChecksumCalculation });
}

const codeOf = async (response: Response) => /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1];

describe("a presigned URL", () => {
  it("returns the object to anyone who has it, but never as a page that could run scripts", async () => {
    const response = await fetch(await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "here" })));
    expect([response.status, await response.text()]).toEqual([200, "stored here"]);
    expect(response.headers.get("content-security-policy")).toContain("sandbox");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("takes an object", async () => {
    const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: "put" }));
    expect((await fetch(url, { method: "PUT", body: "by URL" })).status).toBe(200);
    expect(harness.s3.store(Bucket)?.find("put")?.size).toBe(6);
  });

  it("is refused once it has expired", async () => {
    const signingDate = new Date(Date.now() - 61_000);
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "here" }), {
      expiresIn: 60,
      signingDate,
    });
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([403, expect.stringContaining("Request has expired")]);
  });

  it("is refused for another object, another method and with a longer life than was signed", async () => {
    const url = new URL(await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "here" })));
    const other = new URL(url);
    other.pathname = `/${Bucket}/other`;
    const longer = new URL(url);
    longer.searchParams.set("X-Amz-Expires", "604800");
    expect(await codeOf(await fetch(other))).toBe("SignatureDoesNotMatch");
    expect(await codeOf(await fetch(longer))).toBe("SignatureDoesNotMatch");
    expect(await codeOf(await fetch(url, { method: "DELETE" }))).toBe("SignatureDoesNotMatch");
  });

  it("does not become a copy by a header that its signer did not sign", async () => {
    const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: "copied" }));
    const headers = { "x-amz-copy-source": `${Bucket}/here` };
    expect(await codeOf(await fetch(url, { method: "PUT", headers }))).toBe("AccessDenied");
    expect(harness.s3.store(Bucket)?.find("copied")).toBeUndefined();
  });

  it("signed with a self-chosen key is rejected, from a page and from any program", async () => {
    const stranger = clientOf({ accessKeyId: "AKIAANYBODY", secretAccessKey: "anything" });
    const url = await getSignedUrl(stranger, new GetObjectCommand({ Bucket, Key: "here" }));
    for (const headers of [{}, { origin: "https://evil.example" }, { origin: "http://localhost:1" }]) {
      expect(await codeOf(await fetch(url, { headers: headers as Record<string, string> }))).toBe("InvalidAccessKeyId");
    }
    stranger.destroy();
  });

  it("sets headers of the response that its signer asked for, and only such as a header can carry", async () => {
    const urlOf = (ResponseContentDisposition: string) =>
      getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "here", ResponseContentDisposition }));
    const disposition = 'attachment; filename="a.txt"';
    expect((await fetch(await urlOf(disposition))).headers.get("content-disposition")).toBe(disposition);
    for (const hostile of ["a\u0001b", "a\r\nset-cookie: x=1", "\u20ac"]) {
      expect(await codeOf(await fetch(await urlOf(hostile)))).toBe("InvalidArgument");
    }
    const added = `${await urlOf(disposition)}&response-content-type=text/html`;
    expect(await codeOf(await fetch(added))).toBe("SignatureDoesNotMatch");
  });
});

describe("a presigned form", () => {
  const bounds: Omit<PresignedPostOptions, "Key"> = {
    Bucket,
    Fields: { "Content-Type": "image/png" },
    Conditions: [["content-length-range", 2, 10]],
  };
  let count = 0;

  async function send(
    change: {
      readonly signed?: Partial<PresignedPostOptions>;
      readonly fields?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly by?: S3Client;
      /** Signs a policy that does not name a bucket. */
      readonly anyBucket?: boolean;
    } = {},
  ): Promise<Response> {
    count += 1;
    const { url, fields } = await createPresignedPost(change.by ?? client, {
      ...bounds,
      Key: `form/${count}`,
      ...change.signed,
    });
    if (change.anyBucket) withoutBucket(fields);
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, ...change.fields })) form.set(name, value);
    form.set("file", new Blob([change.body ?? "picture"]), "my photo.png");
    return fetch(url, { method: "POST", body: form, headers: { ...change.headers } });
  }

  function withoutBucket(fields: Record<string, string>): void {
    const policy = JSON.parse(Buffer.from(fields["Policy"] ?? "", "base64").toString()) as { conditions: object[] };
    policy.conditions = policy.conditions.filter((condition) => !("bucket" in condition));
    fields["Policy"] = Buffer.from(JSON.stringify(policy)).toString("base64");
    const credential = parseCredential(fields["X-Amz-Credential"] ?? "");
    fields["X-Amz-Signature"] = sign(fields["Policy"], credential, issued.secretAccessKey);
  }

  it("takes a file within its bounds, under the type that was signed", async () => {
    const response = await send();
    expect([response.status, response.headers.get("etag")]).toEqual([204, expect.stringMatching(/^"[0-9a-f]{32}"$/)]);
    expect(harness.s3.store(Bucket)?.find(`form/${count}`)).toMatchObject({
      size: 7,
      headers: { "content-type": "image/png" },
    });
  });

  it("returns the object's location if the form requests 201", async () => {
    const response = await send({ signed: { Fields: { ...bounds.Fields, success_action_status: "201" } } });
    expect([response.status, await response.text()]).toEqual([
      201,
      expect.stringContaining(`<Key>form/${count}</Key>`),
    ]);
  });

  it("names the object after the file where its key says so", async () => {
    await send({ signed: { Key: "named/${filename}", Conditions: [["starts-with", "$key", "named/"]] } });
    expect(harness.s3.store(Bucket)?.find("named/my photo.png")?.size).toBe(7);
  });

  it.each([
    ["too large a file", "EntityTooLarge", { body: "x".repeat(11) }],
    ["too large a file that is longer than any buffer", "EntityTooLarge", { body: "x".repeat(3_000_000) }],
    ["too small a file", "EntityTooSmall", { body: "x" }],
    ["another key than the signed one", "AccessDenied", { fields: { key: "elsewhere" } }],
    ["another type than the signed one", "AccessDenied", { fields: { "Content-Type": "text/html" } }],
    ["a field that the policy does not foresee", "AccessDenied", { fields: { "Cache-Control": "max-age=1" } }],
    ["a policy that was changed", "AccessDenied", { fields: { Policy: Buffer.from("{}").toString("base64") } }],
    ["a wrong signature", "AccessDenied", { fields: { "X-Amz-Signature": "0".repeat(64) } }],
    ["a signature that is no hexadecimal text", "AccessDenied", { fields: { "X-Amz-Signature": "é".repeat(64) } }],
    ['a field "bucket" that the policy does not foresee', "AccessDenied", { anyBucket: true }],
    ["an expired policy", "AccessDenied", { signed: { Expires: -1 } }],
  ] as const)("refuses %s and keeps nothing", async (_what, code, change) => {
    const before = harness.s3.store(Bucket)?.list().length;
    expect(await codeOf(await send(change))).toBe(code);
    expect(harness.s3.store(Bucket)?.list().length).toBe(before);
  });

  it("refuses a form that no issued key signed, and takes a signed one from any page", async () => {
    const by = clientOf({ accessKeyId: "AKIAANYBODY", secretAccessKey: "anything" });
    const origin = "https://evil.example";
    expect(await codeOf(await send({ by }))).toBe("InvalidAccessKeyId");
    expect(await codeOf(await send({ by, headers: { origin } }))).toBe("InvalidAccessKeyId");
    expect((await send({ headers: { origin } })).status).toBe(204);
    by.destroy();
  });

  it("that is cut off leaves neither bytes nor a writer that waits for the rest", async () => {
    const { fields } = await createPresignedPost(client, { ...bounds, Key: "cut", Conditions: [] });
    const part = (name: string, value: string): string =>
      `--b\r\ncontent-disposition: form-data; ${name}\r\n\r\n${value}`;
    const parts = Object.entries(fields).map(([name, value]) => part(`name="${name}"`, `${value}\r\n`));
    const blobs = (): number => readdirSync(path.join(harness.dataDir, Bucket, "blobs")).length;
    const before = blobs();
    const socket = net.connect(harness.port, "127.0.0.1");
    socket.on("error", () => undefined);
    const head = `POST /${Bucket} HTTP/1.1\r\nhost: localhost:${harness.port}\r\ncontent-length: 1000000\r\n`;
    socket.write(`${head}content-type: multipart/form-data; boundary=b\r\n\r\n${parts.join("")}`);
    socket.write(part('name="file"; filename="x"', "x".repeat(100_000)));
    await expect.poll(blobs).toBe(before + 1);
    socket.destroy();
    await expect.poll(blobs).toBe(before);
  });

  it("gets an error instead of hanging if it has no file or is not a form", async () => {
    const url = `${harness.url}/${Bucket}`;
    const form = new FormData();
    form.set("key", "k");
    expect(await codeOf(await fetch(url, { method: "POST", body: form }))).toBe("IncorrectNumberOfFilesInPostRequest");
    const headers = { "content-type": "multipart/form-data; boundary=x" };
    expect(await codeOf(await fetch(url, { method: "POST", body: "not a form", headers }))).toBe(
      "MalformedPOSTRequest",
    );
  });
});

describe("CORS of the bucket", () => {
  const origin = "https://app.example.com";
  const ask = (headers: Record<string, string>) =>
    fetch(`${harness.url}/${Bucket}`, { method: "OPTIONS", headers: { origin, ...headers } });

  it("allows what the bucket's rules allow, and the responses have the headers", async () => {
    const allowed = await ask({
      "access-control-request-method": "POST",
      "access-control-request-headers": "Content-Type",
    });
    expect([allowed.status, allowed.headers.get("access-control-allow-origin")]).toEqual([200, origin]);
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "here" }));
    const response = await fetch(url, { headers: { origin } });
    expect(response.headers.get("access-control-expose-headers")).toBe("ETag");
  });

  it.each([
    ["an origin", { origin: "https://example.org", "access-control-request-method": "POST" }],
    ["a method", { "access-control-request-method": "PUT" }],
    ["a header", { "access-control-request-method": "POST", "access-control-request-headers": "x-other" }],
  ])("refuses %s that no rule names", async (_what, headers) => {
    const refused = await ask(headers as unknown as Record<string, string>);
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([403, null]);
  });
});
