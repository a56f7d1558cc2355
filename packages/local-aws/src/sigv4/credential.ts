import { AwsError } from "../service.ts";

/** The parts of a SigV4 credential: `KEY/20261122/us-east-1/s3/aws4_request`. */
export interface Credential {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** How a request is signed: in its Authorization header, or in its query (presigned). */
export interface Signed extends Credential {
  readonly form: "header" | "query";
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** Format: `20261122T101500Z`. */
  readonly timestamp: string;
  /** Number of seconds for which a presigned request is valid. */
  readonly expires?: number;
  readonly sessionToken?: string;
}

/** Reads a credential scope. @throws AwsError "AuthorizationHeaderMalformed" */
export function parseCredential(text: string): Credential {
  const parts = text.split("/");
  const [service, terminator] = parts.slice(-2);
  const [date, region] = parts.slice(-4, -2);
  const accessKeyId = parts.slice(0, -4).join("/");
  if (!accessKeyId || !date || !region || !service || terminator !== "aws4_request") {
    throw malformed(`the credential "${text}" is not "KEY/DATE/REGION/SERVICE/aws4_request"`);
  }
  return { accessKeyId, date, region, service };
}

/**
 * Reads the signature of a request; returns undefined if it has none.
 * @throws AwsError "AuthorizationHeaderMalformed"
 */
export function readSignature(request: Request): Signed | undefined {
  const header = request.headers.get("authorization");
  if (header?.startsWith("AWS4-")) return fromHeader(header, request);
  const { searchParams } = new URL(request.url);
  // Only Signature Version 2 uses these query parameters, and its header is "AWS key:signature".
  if (/^AWS [^\s:]+:/.test(header ?? "") || (searchParams.has("AWSAccessKeyId") && searchParams.has("Signature"))) {
    throw version2();
  }
  return searchParams.has("X-Amz-Credential") ? fromQuery(searchParams) : undefined;
}

function fromHeader(header: string, request: Request): Signed {
  const [algorithm, ...rest] = header.split(" ");
  if (algorithm !== "AWS4-HMAC-SHA256") throw malformed(`the algorithm "${algorithm}" is not "AWS4-HMAC-SHA256"`);
  const fields = new Map(
    rest
      .join(" ")
      .split(",")
      .map((field): [string, string] => {
        const [name = "", ...value] = field.trim().split("=");
        return [name, value.join("=")];
      }),
  );
  const credential = fields.get("Credential");
  const signature = fields.get("Signature");
  const signedHeaders = fields.get("SignedHeaders");
  if (!credential || !signature || !signedHeaders) {
    throw malformed("the Authorization header lacks Credential, SignedHeaders or Signature");
  }
  const sessionToken = request.headers.get("x-amz-security-token");
  return {
    ...parseCredential(credential),
    form: "header",
    signedHeaders: signedHeaders.split(";"),
    signature,
    timestamp: request.headers.get("x-amz-date") ?? "",
    ...(sessionToken === null ? {} : { sessionToken }),
  };
}

function fromQuery(query: URLSearchParams): Signed {
  const [credential, signature, signedHeaders, timestamp, expires] = [
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
    "X-Amz-Date",
    "X-Amz-Expires",
  ].map((name) => query.get(name));
  if (!credential || !signature || !signedHeaders || !timestamp || !/^\d{1,6}$/.test(expires ?? "")) {
    throw malformed("a presigned URL needs X-Amz-Credential, -Date, -Expires, -SignedHeaders and -Signature");
  }
  const sessionToken = query.get("X-Amz-Security-Token");
  return {
    ...parseCredential(credential),
    form: "query",
    signedHeaders: signedHeaders.split(";"),
    signature,
    timestamp,
    expires: Number(expires),
    ...(sessionToken === null ? {} : { sessionToken }),
  };
}

/** Rejects a form that is signed with Signature Version 2, which older clients of query protocols use. */
export function refuseVersion2Form(text: string): void {
  const form = new URLSearchParams(text);
  if (form.has("AWSAccessKeyId") && form.has("Signature")) throw version2();
}

export function version2(): AwsError {
  const message =
    "The request is signed with Signature Version 2, which is not supported. Please use AWS4-HMAC-SHA256 " +
    "(AWS CLI: aws configure set default.s3.signature_version s3v4).";
  return new AwsError("InvalidRequest", message, 400);
}

function malformed(why: string): AwsError {
  return new AwsError("AuthorizationHeaderMalformed", `The authorization is malformed: ${why}.`, 400);
}
