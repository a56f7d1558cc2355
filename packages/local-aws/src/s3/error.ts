import { randomUUID } from "node:crypto";
import { XMLBuilder } from "fast-xml-parser";
import { AwsError } from "../service.ts";

const builder = new XMLBuilder({ ignoreAttributes: false, suppressEmptyNode: true });

/** Creates an S3 XML document. */
export function xml(root: string, content: Readonly<Record<string, unknown>>): string {
  const attributes = root.startsWith("Error") ? {} : { "@_xmlns": "http://s3.amazonaws.com/doc/2006-03-01/" };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ [root]: { ...attributes, ...content } })}`;
}

/** Creates a response with an XML body. */
export function xmlResponse(root: string, content: Readonly<Record<string, unknown>>, status = 200): Response {
  return new Response(xml(root, content), { status, headers: { "content-type": "application/xml" } });
}

/** Creates the response to a failed S3 request. For HEAD it has no body, as with S3 itself. */
export function errorResponse(error: unknown, request: Request): Response {
  const failure = asS3Error(error);
  if (failure.status === 304) return new Response(null, { status: 304 });
  const requestId = randomUUID();
  const headers = { "content-type": "application/xml", "x-amz-request-id": requestId };
  if (request.method === "HEAD") return new Response(null, { status: failure.status, headers });
  const resource = decodeSafely(new URL(request.url).pathname);
  const body = xml("Error", { Code: failure.name, Message: failure.message, Resource: resource, RequestId: requestId });
  return new Response(body, { status: failure.status, headers });
}

/** S3's error names lack the suffix that the JSON services use. */
const s3Names: Readonly<Record<string, string>> = {
  AccessDeniedException: "AccessDenied",
  ExpiredTokenException: "ExpiredToken",
};

function asS3Error(error: unknown): AwsError {
  if (error instanceof AwsError) {
    const name = s3Names[error.name];
    return name === undefined ? error : new AwsError(name, error.message, 403, { cause: error });
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC") return new AwsError("InternalError", "The disk of the data folder is full.", 500);
  return new AwsError("InternalError", `S3 failed inside: ${message}`, 500, { cause: error });
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const noSuchBucket = (bucket: string): AwsError =>
  new AwsError("NoSuchBucket", `The bucket "${bucket}" does not exist.`, 404);
export const noSuchKey = (key: string): AwsError => new AwsError("NoSuchKey", `The key "${key}" does not exist.`, 404);
export const noSuchUpload = (): AwsError =>
  new AwsError("NoSuchUpload", "The multipart upload does not exist: it was completed or aborted.", 404);
export const accessDenied = (why: string): AwsError => new AwsError("AccessDenied", why, 403);
export const invalid = (name: string, message: string): AwsError => new AwsError(name, message, 400);
