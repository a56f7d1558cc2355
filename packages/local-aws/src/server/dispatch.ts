import type { ApiGateway } from "../apigateway/api-gateway.ts";
import { bucketOfHost } from "../s3/address.ts";
import { errorResponse } from "../s3/error.ts";
import type { S3 } from "../s3/s3.ts";
import { AwsError, type Caller, type Service } from "../service.ts";
import { readSignature, refuseVersion2Form, type Signed } from "../sigv4/credential.ts";
import type { KeyRing } from "../sigv4/keys.ts";
import { verify } from "../sigv4/verify.ts";
import { readBody } from "./body.ts";
import { isPlain } from "./path.ts";
import { isQueryProtocol } from "./query-protocol.ts";
import { refusal } from "./refusal.ts";

/** AWS services with JSON protocols, each with the maximum size of a request in bytes. */
export interface JsonService {
  readonly handle: Service;
  readonly maxBytes: number;
}

/** What is served on one port. */
export interface Surface {
  /** Services by their name in the credential scope: `states`, `lambda`, `logs`. */
  readonly services: Readonly<Record<string, JsonService>>;
  readonly s3: S3;
  readonly api: ApiGateway;
  readonly keys: KeyRing;
  /** Files that belong to no AWS service: the console, its configuration, the sample photos. */
  readonly page: (request: Request) => Promise<Response | undefined>;
}

export interface Arrival {
  readonly request: Request;
  /** Header names and values exactly as the client sent them. */
  readonly headers: readonly (readonly [string, string])[];
  readonly sourceIp: string;
  /** Path and query exactly as the client sent them, because parsing a URL may change them. */
  readonly target: string;
}

/**
 * Routes a request: to the service in the signature's scope; otherwise to S3 for unsigned bucket requests, to the
 * console, or to the API.
 */
export async function dispatch(surface: Surface, arrival: Arrival): Promise<Response> {
  const { request } = arrival;
  let signed: Signed | undefined;
  try {
    signed = readSignature(request);
    if (signed === undefined && isSmallForm(request, arrival.target)) refuseVersion2Form(await request.clone().text());
  } catch (error) {
    return refusal(error, request, undefined);
  }
  if (signed?.service === "s3") return toS3(surface, request, signed);
  if (signed === undefined && isForBucket(surface, request)) return sandboxed(await surface.s3.anonymous(request));
  if (!isPlain(arrival.target)) return ambiguousPath();
  if (signed !== undefined && signed.service !== "execute-api") return toService(surface, request, signed);
  if (signed === undefined) {
    const page = await surface.page(request);
    if (page) return page;
  }
  return toApi(surface, arrival, signed);
}

async function toS3({ s3, keys }: Surface, request: Request, signed: Signed): Promise<Response> {
  if (request.method === "OPTIONS") return s3.anonymous(request);
  try {
    return sandboxed(await s3.service(request, verify(request, signed, { keys })));
  } catch (error) {
    return errorResponse(error, request);
  }
}

async function toService(surface: Surface, request: Request, signed: Signed): Promise<Response> {
  try {
    const service = surface.services[signed.service];
    if (!service) throw new AwsError("UnknownServiceException", unknown(signed.service, surface), 400);
    const body = await readBody(request, service.maxBytes);
    const whole = withBody(request, body);
    return await service.handle(whole, signerOf(whole, signed, { keys: surface.keys, body }));
  } catch (error) {
    return refusal(error, request, signed.service);
  }
}

async function toApi(surface: Surface, arrival: Arrival, signed: Signed | undefined): Promise<Response> {
  const { request } = arrival;
  const { api, keys } = surface;
  let body: Uint8Array<ArrayBuffer>;
  try {
    body = await readBody(request, api.maxBytes);
  } catch {
    return api.handle({ ...arrival, body: new Uint8Array(), refusal: "REQUEST_TOO_LARGE" });
  }
  if (!signed) return api.handle({ ...arrival, body });
  try {
    const caller = verify(withBody(request, body), signed, { keys, body });
    return await api.handle({ ...arrival, body, caller });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const refusal = error.name === "ExpiredTokenException" ? "EXPIRED_TOKEN" : "INVALID_SIGNATURE";
    return api.handle({ ...arrival, body, refusal });
  }
}

/**
 * Whether a request may come from an old client of a query protocol: a form posted to the root, small enough to be
 * parsed.
 */
function isSmallForm(request: Request, target: string): boolean {
  const length = Number(request.headers.get("content-length") ?? Number.POSITIVE_INFINITY);
  return request.method === "POST" && target === "/" && length <= mostFormBytes && isQueryProtocol(request);
}

const mostFormBytes = 64 * 1024;

/**
 * Whether an unsigned request is for a bucket: by its host name, or by a path that names a bucket in a preflight, a
 * read or a form upload.
 */
function isForBucket({ s3 }: Surface, request: Request): boolean {
  const { hostname, pathname } = new URL(request.url);
  if (bucketOfHost(hostname) !== undefined) return true;
  const [, bucket = ""] = pathname.split("/");
  if (!s3.store(bucket)) return false;
  if (request.method === "OPTIONS" || request.method === "GET" || request.method === "HEAD") return true;
  return request.method === "POST" && /^multipart\/form-data\b/i.test(request.headers.get("content-type") ?? "");
}

/**
 * Restricts an object, which a user uploaded: if a browser shows it, it must not run scripts as a page of this server.
 */
function sandboxed(response: Response): Response {
  response.headers.set(
    "content-security-policy",
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
  );
  response.headers.set("x-content-type-options", "nosniff");
  return response;
}

function withBody(request: Request, body: Uint8Array<ArrayBuffer>): Request {
  const init = { method: request.method, headers: request.headers, signal: request.signal };
  return new Request(request.url, request.method === "GET" || request.method === "HEAD" ? init : { ...init, body });
}

function ambiguousPath(): Response {
  const message = 'A path must have no backslash and no segment "." or "..", encoded or not.';
  return Response.json({ message }, { status: 400 });
}

function unknown(service: string, { services }: Surface): string {
  const offered = [...Object.keys(services), "s3", "execute-api"].map((name) => `"${name}"`).join(", ");
  return `The request is signed for "${service}", which this runtime does not offer; it offers ${offered}.`;
}

/** Verifies the signer of a request to a JSON service. These services have other names than S3 for signature errors. */
function signerOf(...parameters: Parameters<typeof verify>): Caller {
  try {
    return verify(...parameters);
  } catch (error) {
    const name = error instanceof AwsError ? jsonNames[error.name] : undefined;
    throw name === undefined ? error : new AwsError(name, (error as AwsError).message, 403, { cause: error });
  }
}

const jsonNames: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: "UnrecognizedClientException",
  InvalidToken: "UnrecognizedClientException",
  SignatureDoesNotMatch: "InvalidSignatureException",
  RequestTimeTooSkewed: "InvalidSignatureException",
  AccessDenied: "AccessDeniedException",
};
