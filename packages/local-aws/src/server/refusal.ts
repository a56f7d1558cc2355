import { errorResponse } from "../s3/error.ts";
import { AwsError } from "../service.ts";
import { printable } from "./printable.ts";
import { isQueryProtocol, queryError } from "./query-protocol.ts";

/**
 * Services whose clients expect XML although their requests are not forms (AWS's protocol "restXml"). S3 is not listed,
 * because it has separate errors.
 */
const restXml = new Set(["cloudfront", "route53"]);

/** The query protocol's names for errors that concern a key. */
const queryNames: Readonly<Record<string, string>> = {
  UnrecognizedClientException: "InvalidClientTokenId",
  InvalidSignatureException: "SignatureDoesNotMatch",
  AccessDeniedException: "AccessDenied",
  ExpiredTokenException: "ExpiredToken",
};

/**
 * Creates an error response in the format that the client of this request parses: XML for query protocols, REST-XML and
 * S3, CBOR for clients that use it, otherwise JSON. `service` is the service in the signature's scope, if the request
 * is signed.
 */
export function refusal(error: unknown, request: Request, service: string | undefined): Response {
  const failure =
    error instanceof AwsError
      ? error
      : new AwsError("InternalFailure", "The service failed inside.", 500, { cause: error });
  if (failure.status >= 500) console.error(printable(failure.cause ?? failure));
  const { name, message, status } = failure;
  if (isQueryProtocol(request) || restXml.has(service ?? ""))
    return queryError(queryNames[name] ?? name, message, status);
  if (request.headers.get("smithy-protocol") === "rpc-v2-cbor") return cborError(failure);
  if (service === "s3" || (service === undefined && !speaksJson(request))) return errorResponse(error, request);
  return Response.json(
    { __type: name, message },
    { status, headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-errortype": name } },
  );
}

function speaksJson({ headers }: Request): boolean {
  return headers.has("x-amz-target") || /^application\/(x-amz-)?json/i.test(headers.get("content-type") ?? "");
}

/** The RPC v2 protocol of newer services: a CBOR map of two strings. */
function cborError({ name, message, status }: AwsError): Response {
  const texts = ["__type", name, "message", message].map(cborText);
  return new Response(Buffer.concat([Buffer.from([0xa2]), ...texts]), {
    status,
    headers: { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" },
  });
}

/** Encodes a string in CBOR (RFC 8949, section 3.1): major type 3, the length in two bytes, UTF-8. */
function cborText(text: string): Buffer {
  const bytes = Buffer.from(text).subarray(0, 0xffff);
  const head = Buffer.from([0x79, 0, 0]);
  head.writeUInt16BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}
