import { AwsError } from "../service.ts";

/** Reads a request's whole body, if it has one. @throws AwsError "RequestEntityTooLargeException" (413) */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > maxBytes) throw tooLarge(declared, maxBytes);
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > maxBytes) {
      await reader.cancel();
      throw tooLarge(size, maxBytes);
    }
    chunks.push(next.value);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

function tooLarge(bytes: number, allowed: number): AwsError {
  const message = `The request has ${bytes} bytes or more; ${allowed} are allowed.`;
  return new AwsError("RequestEntityTooLargeException", message, 413);
}
