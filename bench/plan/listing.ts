import http from "node:http";
import type { AddressInfo } from "node:net";

/** Keys per page, as S3 lists them. */
const pageKeys = 1_000;
/** One object in this many has a name that is not an image's. */
const textEvery = 100;

/** An S3 endpoint that lists a bucket with a given number of objects and stores none of them. */
export interface Listing {
  readonly url: string;
  close(): Promise<void>;
}

/** How many of the listed objects have an image's name. */
export const listedImages = (objects: number): number => objects - Math.ceil(objects / textEvery);

export async function openListing(objects: number): Promise<Listing> {
  const server = http.createServer((request, response) => {
    const query = new URL(request.url ?? "/", "http://localhost").searchParams;
    response
      .writeHead(200, { "content-type": "application/xml" })
      .end(page(Number(query.get("continuation-token") ?? 0)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function page(first: number): string {
    const end = Math.min(first + pageKeys, objects);
    const contents = Array.from({ length: end - first }, (_, at) => contentOf(first + at)).join("");
    const next = end < objects ? `<NextContinuationToken>${end}</NextContinuationToken>` : "";
    return (
      '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      `<Name>bench</Name><KeyCount>${end - first}</KeyCount><MaxKeys>${pageKeys}</MaxKeys>` +
      `<IsTruncated>${end < objects}</IsTruncated>${next}${contents}</ListBucketResult>`
    );
  }
}

function contentOf(number: number): string {
  const key = `photos/${String(number).padStart(9, "0")}.${number % textEvery === 0 ? "txt" : "jpg"}`;
  return (
    `<Contents><Key>${key}</Key><LastModified>2026-11-26T12:00:00.000Z</LastModified>` +
    "<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>123456</Size><StorageClass>STANDARD</StorageClass></Contents>"
  );
}
