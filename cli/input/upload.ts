import type { Client } from "../api/client.ts";
import { withJpeg } from "./heic.ts";
import { withPhoto } from "./photo-file.ts";
import type { FilePath, PhotoType, Source } from "./source.ts";

type Uploader = Pick<Client, "ticket" | "upload">;

/**
 * Uploads a source if necessary, and returns a reference that the service can fetch.
 * @throws PhotoNotReadable, HeicNotConverted, and what the client throws
 */
export function referenceOf(
  source: Exclude<Source, { readonly kind: "unreadable" }>,
  client: Uploader,
): Promise<string> {
  if (source.kind === "reference") return Promise.resolve(source.name);
  if (source.kind === "photo") return send(source.file, source.contentType, client);
  return withJpeg(source.file, (jpeg) => send(jpeg, "image/jpeg", client));
}

/** Requests the form first, because the API rejects a photo that is too large before it is read. */
function send(file: FilePath, contentType: PhotoType, client: Uploader): Promise<string> {
  return withPhoto(file, async (photo) => {
    const ticket = await client.ticket(contentType, photo.bytes);
    await client.upload(ticket, new Blob([new Uint8Array(await photo.read())], { type: contentType }));
    return ticket.image;
  });
}
