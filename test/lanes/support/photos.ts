import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import sharp from "sharp";
import { z } from "zod";

const Photo = z.object({
  file: z.string(),
  expected_labels: z.array(z.string()),
  reference_top5: z.array(z.tuple([z.string(), z.number()])),
});
export type LabelledPhoto = z.infer<typeof Photo> & { readonly bytes: Buffer };

/**
 * Folder of labelled photos next to the checkout. On a machine without it, only variants of the sample photo are used.
 */
const corpusFolder = path.resolve(import.meta.dirname, "../../../../shared/photos");
const corpusRequired = process.env["REQUIRE_CORPUS"] === "1";

/** The labelled photos; undefined if they do not exist. Throws if they do not exist but are required. */
export function readCorpus(): readonly LabelledPhoto[] | undefined {
  const index = path.join(corpusFolder, "index.json");
  if (existsSync(index)) {
    const photos = z.array(Photo).parse(JSON.parse(readFileSync(index, "utf8")));
    return photos.map((photo) => ({ ...photo, bytes: readFileSync(path.join(corpusFolder, photo.file)) }));
  }
  if (corpusRequired) throw new Error("REQUIRE_CORPUS is 1, but there are no labelled photos beside the checkout");
  return undefined;
}

/**
 * Used if there is no corpus: mirrored, cropped and dimmed variants of the model package's sample photo, all of which
 * show a Labrador.
 */
export async function photosFromSample(sample: Buffer): Promise<readonly LabelledPhoto[]> {
  const { width, height } = await sharp(sample).metadata();
  const inset = { left: width >> 4, top: height >> 4, width: width - (width >> 3), height: height - (height >> 3) };
  const variants = {
    "sample.jpg": sharp(sample),
    "mirrored.png": sharp(sample).flop().png(),
    "cropped.webp": sharp(sample).extract(inset).webp(),
    "dimmed.jpg": sharp(sample).modulate({ brightness: 0.8 }).jpeg(),
  };
  return Promise.all(
    Object.entries(variants).map(async ([file, image]) => ({
      file,
      bytes: await image.toBuffer(),
      expected_labels: ["Labrador retriever"],
      reference_top5: [],
    })),
  );
}

export interface FileServer {
  readonly host: string;
  urlOf(name: string): string;
  close(): Promise<void>;
}

/** Serves named files on the loopback address. */
export async function serveFiles(read: (name: string) => Buffer | undefined): Promise<FileServer> {
  const server = http.createServer((request, response) => {
    const body = read(decodeURIComponent((request.url ?? "/").slice(1)));
    if (body) response.end(body);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `localhost:${(server.address() as AddressInfo).port}`;
  return {
    host,
    urlOf: (name) => `http://${host}/${encodeURIComponent(name)}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
