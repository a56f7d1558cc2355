import http from "node:http";
import type { AddressInfo } from "node:net";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import type { ImageErrorCode } from "../../contract/errors.ts";
import { apiLimits } from "../../contract/limits.ts";
import { samplePhoto } from "../../test/lanes/support/sample-photo.ts";
import { type PlantedImages, plantedCode } from "../planted/planted.ts";

/** A host of numbered images, some of which have one of the defects that an image can have by itself. */
export interface DefectiveHost {
  /** For `--allow-host`. */
  readonly names: readonly string[];
  readonly planted: PlantedImages;
  /** Milliseconds after which a fetch should time out. */
  readonly timeoutMs: number;
  close(): Promise<void>;
}

type Respond = (response: http.ServerResponse, url: string) => void;

const status =
  (code: number): Respond =>
  (response) =>
    response.writeHead(code).end();
const file =
  (bytes: Buffer): Respond =>
  (response) =>
    response.writeHead(200, { "content-type": "image/jpeg" }).end(bytes);

/**
 * `ClassificationTimeout` and `ClassificationFailed` are missing: they say that the service failed, and no image causes
 * them by itself.
 */
export async function openDefectiveHost(): Promise<DefectiveHost> {
  const photo = await samplePhoto();
  const served: Partial<Record<ImageErrorCode, Respond>> = {
    ConnectionFailed: (response) => response.destroy(),
    FetchTimeout: () => undefined,
    ImageNotFound: status(404),
    AccessDenied: status(403),
    TooManyRequests: (response) => response.writeHead(429, { "retry-after": "3600" }).end(),
    UpstreamError: status(500),
    TooManyRedirects: (response, url) => response.writeHead(302, { location: url }).end(),
    ImageTooLarge: (response) => response.writeHead(200, { "content-length": apiLimits.maxImageBytes + 1 }).end(),
    TooManyPixels: file(enlarged(await sharp(photo).png().toBuffer())),
    NotAnImage: file(Buffer.from("<!doctype html><title>Sign in</title>")),
    UnsupportedImageFormat: file(Buffer.from("\0\0\0\x18ftypheic\0\0\0\0heicmif1", "latin1")),
    CorruptImage: file(photo.subarray(0, photo.length / 2)),
  };
  const server = http.createServer((request, response) => {
    const [, kind = ""] = request.url?.split("/") ?? [];
    (served[kind as ImageErrorCode] ?? file(photo))(response, request.url ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const name = `localhost:${(server.address() as AddressInfo).port}`;
  const unserved: Partial<Record<ImageErrorCode, (index: number) => string>> = {
    InvalidImageReference: (index) => `photo ${index}`,
    HostNotAllowed: (index) => `http://10.0.0.1/${index}.jpg`,
    HostNotFound: (index) => `http://photos-${index}.invalid/${index}.jpg`,
  };
  const codes = [...Object.keys(unserved), ...Object.keys(served)] as ImageErrorCode[];
  const codeOf = (index: number) => plantedCode(index, codes);
  return {
    names: [name],
    timeoutMs: 1_000,
    planted: {
      codeOf,
      imageOf: (index) => {
        const code = codeOf(index) ?? ("sound" as const);
        const made = code === "sound" ? undefined : unserved[code];
        return made?.(index) ?? `http://${name}/${code}/${index}.jpg`;
      },
      labelOf: () => "Labrador retriever",
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The same PNG with a header that says 65,535 pixels in both directions. */
function enlarged(png: Buffer): Buffer {
  const bytes = Buffer.from(png);
  bytes.writeUInt32BE(65_535, 16);
  bytes.writeUInt32BE(65_535, 20);
  // The checksum of the header's type and data (PNG Specification, "CRC algorithm").
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}
