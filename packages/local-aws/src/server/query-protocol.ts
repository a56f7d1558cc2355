import { randomUUID } from "node:crypto";
import { xml } from "../s3/error.ts";

/** Whether a request uses AWS's query protocol (STS, IAM, SNS, CloudWatch), whose clients expect XML. */
export function isQueryProtocol(request: Request): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(request.headers.get("content-type") ?? "");
}

export function queryResponse(action: string, namespace: string, result: Readonly<Record<string, unknown>>): Response {
  const body = xml(`${action}Response`, {
    "@_xmlns": namespace,
    [`${action}Result`]: result,
    ResponseMetadata: { RequestId: randomUUID() },
  });
  return new Response(body, { headers: { "content-type": "text/xml" } });
}

export function queryError(name: string, message: string, status: number): Response {
  const Type = status >= 500 ? "Receiver" : "Sender";
  const body = xml("ErrorResponse", { Error: { Type, Code: name, Message: message }, RequestId: randomUUID() });
  return new Response(body, { status, headers: { "content-type": "text/xml" } });
}
