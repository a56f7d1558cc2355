import { z } from "zod";
import { UploadTicket } from "../../contract/http.ts";
import type { Clients } from "./clients.ts";
import type { Reply } from "./operation.ts";
import { invokeApi, objectMs } from "./product-api.ts";
import { Refusal } from "./refusal.ts";

/** The largest photo that passes through this process, which keeps it in memory. */
export const photoBytes = 100 * 1024 * 1024;

const Photo = z.object({ name: z.string(), contentType: z.string(), bytes: z.instanceof(ArrayBuffer) });

/** Reads a request whose body is a photo: its type is the request's, its name a parameter. @throws Refusal */
export async function photoOf(request: Request): Promise<unknown> {
  const length = Number(request.headers.get("content-length") ?? Number.NaN);
  if (!(length <= photoBytes)) {
    const remedy = 'send larger photos with "npm run classify"';
    throw new Refusal(413, "PayloadTooLarge", `The page uploads photos of at most ${photoBytes} bytes: ${remedy}.`);
  }
  const name = new URL(request.url).searchParams.get("name") ?? "";
  return { name, contentType: request.headers.get("content-type") ?? "", bytes: await request.arrayBuffer() };
}

/**
 * Stores a photo in the bucket with a form that the API signed. The page itself may connect to this server only.
 * Returns the photo's reference in the bucket.
 */
export async function uploadPhoto(clients: Clients, input: unknown): Promise<Reply> {
  const { name, contentType, bytes } = Photo.parse(input);
  const body = { contentType, bytes: bytes.byteLength, name };
  const reply = await invokeApi(clients, { method: "POST", path: "/uploads", body });
  const { data: ticket } = UploadTicket.safeParse(reply.body);
  if (ticket === undefined) return reply;
  const form = new FormData();
  for (const [field, value] of Object.entries(ticket.fields)) form.append(field, value);
  // S3 ignores all fields after the file.
  form.append("file", new Blob([bytes], { type: contentType }), "photo");
  const response = await fetch(ticket.uploadUrl, {
    method: "POST",
    body: form,
    redirect: "error",
    signal: AbortSignal.timeout(objectMs),
  });
  const text = await response.text();
  if (response.ok) return { body: { image: ticket.image } };
  const reason = elementOf(text, "Message") ?? `status ${response.status}`;
  const code = elementOf(text, "Code") ?? `Status${response.status}`;
  throw new Refusal(response.status, code, `"${name}" could not be stored: ${reason}`);
}

/** The text of an element of S3's error document. */
function elementOf(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}
