import { apiLimits } from "../contract/limits.ts";
import type { Client, ImagesToClassify } from "./api/client.ts";

/** Images that one execution classifies. */
export interface Batch {
  /** By the index of a result: the rows that it belongs to. */
  readonly rows: readonly (readonly number[])[];
  /** The images as a part of the request's body; a manifest is uploaded first. */
  images(): Promise<ImagesToClassify>;
  /** Two batches with half the images each; empty if there is only one image. */
  halves(): readonly Batch[];
  /** Whether a request that is refused with this status may be accepted for fewer images. */
  isSplitFor(status: number): boolean;
}

/** One image that the service can fetch, and its row. */
export interface Ready {
  readonly index: number;
  readonly reference: string;
}

/** Images that the request itself lists. */
export class ListBatch implements Batch {
  readonly #group: readonly Ready[];
  constructor(group: readonly Ready[]) {
    this.#group = group;
  }

  get rows(): readonly (readonly number[])[] {
    return this.#group.map(({ index }) => [index]);
  }

  images(): Promise<ImagesToClassify> {
    return Promise.resolve({ images: this.#group.map(({ reference }) => reference) });
  }

  halves(): readonly Batch[] {
    return halved(this.#group).map((half) => new ListBatch(half));
  }

  /** One of the images may be at fault. */
  isSplitFor(status: number): boolean {
    return [400, 413, 422].includes(status);
  }
}

/** One line of a manifest, and the rows of its image. */
interface Line {
  readonly text: string;
  readonly rows: number[];
}

/** Images that are uploaded as one manifest. */
class ManifestBatch implements Batch {
  readonly #lines: readonly Line[];
  readonly #client: Pick<Client, "manifestTicket" | "upload">;
  constructor(lines: readonly Line[], client: Pick<Client, "manifestTicket" | "upload">) {
    this.#lines = lines;
    this.#client = client;
  }

  get rows(): readonly (readonly number[])[] {
    return this.#lines.map(({ rows }) => rows);
  }

  async images(): Promise<ImagesToClassify> {
    const contentType = "application/x-ndjson";
    const blob = new Blob(
      this.#lines.map(({ text }) => text),
      { type: contentType },
    );
    const ticket = await this.#client.manifestTicket(contentType, blob.size, "images.jsonl");
    await this.#client.upload(ticket, blob);
    return { manifest: ticket.manifest };
  }

  halves(): readonly Batch[] {
    return halved(this.#lines).map((half) => new ManifestBatch(half, this.#client));
  }

  isSplitFor(status: number): boolean {
    return status === 413;
  }
}

/**
 * Images as few manifests as possible: each within the sizes that the service accepts by default. An image that occurs
 * several times has one line.
 */
export function manifestsOf(
  ready: readonly Ready[],
  client: Pick<Client, "manifestTicket" | "upload">,
): readonly Batch[] {
  const lines = new Map<string, Line>();
  for (const { index, reference } of ready) {
    const known = lines.get(reference);
    if (known) known.rows.push(index);
    else lines.set(reference, { text: `${JSON.stringify(reference)}\n`, rows: [index] });
  }
  const manifests: Line[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const line of lines.values()) {
    const size = Buffer.byteLength(line.text);
    const last = manifests.at(-1);
    if (last && last.length < apiLimits.maxImages && bytes + size <= apiLimits.uploadedManifestBytes) {
      last.push(line);
      bytes += size;
    } else {
      manifests.push([line]);
      bytes = size;
    }
  }
  return manifests.map((each) => new ManifestBatch(each, client));
}

function halved<T>(all: readonly T[]): readonly (readonly T[])[] {
  if (all.length < 2) return [];
  const half = Math.ceil(all.length / 2);
  return [all.slice(0, half), all.slice(half)];
}
