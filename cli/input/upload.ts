import { openAsBlob } from "node:fs";
import type { Client } from "../api/client.ts";
import type { Source } from "./source.ts";

/** Makes a photo something that the service can fetch: its `s3://` reference. */
export async function referenceOf(source: Source, client: Pick<Client, "ticket" | "upload">): Promise<string> {
  if (source.kind === "reference") return source.name;
  const photo = await openAsBlob(source.file, { type: source.contentType });
  const ticket = await client.ticket(source.contentType, photo.size);
  await client.upload(ticket, photo);
  return ticket.image;
}
