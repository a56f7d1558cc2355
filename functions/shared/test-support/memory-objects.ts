import type { S3Location } from "../../../contract/workflow.ts";
import { type JsonObjects, ObjectNotFound } from "../objects.ts";

/** A bucket in memory. */
export function memoryObjects(
  objects: Record<string, string> = {},
): JsonObjects & { readonly texts: typeof objects; readonly metadata: Readonly<Record<string, object>> } {
  const written: Record<string, object> = {};
  const nameOf = ({ bucket, key }: S3Location) => `${bucket}/${key}`;
  return {
    texts: objects,
    metadata: written,
    async read(location) {
      const text = objects[nameOf(location)];
      if (text === undefined) throw new ObjectNotFound(location);
      return JSON.parse(text);
    },
    async *stream(location) {
      const text = objects[nameOf(location)];
      if (text === undefined) throw new ObjectNotFound(location);
      yield Buffer.from(text);
    },
    async write(location, text, metadata = {}) {
      objects[nameOf(location)] = text.toString();
      written[nameOf(location)] = metadata;
    },
    async upload(location, pieces, { metadata = {} } = {}) {
      const all: Uint8Array[] = [];
      for await (const piece of pieces) all.push(piece);
      objects[nameOf(location)] = Buffer.concat(all).toString();
      written[nameOf(location)] = metadata;
    },
  };
}
