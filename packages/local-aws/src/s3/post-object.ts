import type { Caller } from "../service.ts";
import { sign } from "../sigv4/canonical.ts";
import { parseCredential, version2 } from "../sigv4/credential.ts";
import type { KeyRing } from "../sigv4/keys.ts";
import { checkToken, same } from "../sigv4/verify.ts";
import { checkKey } from "./address.ts";
import { accessDenied, invalid, xmlResponse } from "./error.ts";
import { readForm } from "./request/form.ts";
import { checkPolicy, parsePolicy } from "./request/policy.ts";
import { maxPutBytes } from "./store/blob.ts";
import { keptHeadersOf } from "./store/record.ts";
import type { BucketStore } from "./store/store.ts";

export interface PostOptions {
  readonly keys: KeyRing;
  /** Throws unless the signer may put this key. */
  readonly authorize: (caller: Caller, key: string) => void;
  readonly now?: () => number;
}

/** POST Object: an upload by an HTML form, restricted by the policy in the form. */
export async function postObject(store: BucketStore, request: Request, options: PostOptions): Promise<Response> {
  return readForm(request, async ({ fields: given, file }) => {
    const fields = new Map(given).set("bucket", store.name);
    const caller = signerOf(fields, options);
    const range = checkPolicy(parsePolicy(need(fields, "policy")), fields, options.now?.() ?? Date.now());
    const key = checkKey(need(fields, "key").replaceAll("${filename}", file.name));
    options.authorize(caller, key);
    const maxBytes = Math.min(range.max, maxPutBytes);
    const record = await store.put(key, { bytes: atLeast(file.bytes, range.min), maxBytes }, keptHeadersOf(fields));
    const location = `${new URL(request.url).origin}/${store.name}/${encodeURIComponent(key)}`;
    const headers = { etag: `"${record.etag}"`, location };
    const status = fields.get("success_action_status");
    if (status !== "201") return new Response(null, { status: status === "200" ? 200 : 204, headers });
    const content = { Location: location, Bucket: store.name, Key: key, ETag: `"${record.etag}"` };
    const response = xmlResponse("PostResponse", content, 201);
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    return response;
  });
}

function signerOf(fields: ReadonlyMap<string, string>, { keys }: PostOptions): Caller {
  if (fields.has("awsaccesskeyid") && fields.has("signature")) throw version2();
  if (need(fields, "x-amz-algorithm") !== "AWS4-HMAC-SHA256") {
    throw invalid("InvalidArgument", 'X-Amz-Algorithm must be "AWS4-HMAC-SHA256".');
  }
  const credential = parseCredential(need(fields, "x-amz-credential"));
  const signature = need(fields, "x-amz-signature");
  const key = keys.keyOf(credential.accessKeyId);
  if (!same(sign(need(fields, "policy"), credential, key.secretAccessKey), signature)) {
    throw accessDenied("The policy is not the one that was signed.");
  }
  checkToken(key, fields.get("x-amz-security-token"));
  return key.caller;
}

function need(fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name);
  if (value === undefined) throw accessDenied(`The form lacks the field "${name}".`);
  return value;
}

async function* atLeast(bytes: AsyncIterable<Uint8Array>, min: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    yield chunk;
  }
  if (size < min) throw invalid("EntityTooSmall", `The upload has ${size} bytes; at least ${min} are required.`);
}
