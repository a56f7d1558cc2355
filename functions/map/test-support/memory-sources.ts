import type { SourceObjects } from "../source/source-objects.ts";

const pageKeys = 3;
const refused = (name: string, httpStatusCode: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });

/** Buckets in memory, as `map` reads them. An object's version is its content. */
export function memorySources(objects: Record<string, string | Buffer> = {}): SourceObjects {
  const bytesOf = (bucket: string, key: string): Buffer => {
    const content = objects[`${bucket}/${key}`];
    if (content === undefined) throw refused("NotFound", 404);
    return Buffer.from(content);
  };
  return {
    async *keys({ bucket, key }) {
      const names = Object.keys(objects).filter((name) => name.startsWith(`${bucket}/${key}`));
      const keys = names.map((name) => name.slice(bucket.length + 1)).sort();
      for (let start = 0; start < keys.length; start += pageKeys) yield keys.slice(start, start + pageKeys);
    },
    async find(location) {
      const bytes = bytesOf(location.bucket, location.key);
      return { location, etag: bytes.toString("base64"), bytes: bytes.length };
    },
    async read({ location: { bucket, key }, etag }, first, last) {
      const bytes = bytesOf(bucket, key);
      if (bytes.toString("base64") !== etag) throw refused("PreconditionFailed", 412);
      return bytes.subarray(first, last + 1);
    },
  };
}
