import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { BatchDeleteImageCommand, BatchGetImageCommand, PutImageCommand } from "@aws-sdk/client-ecr";
import { ecr } from "./moto.ts";

/** The token that the registry accepts now. The session replaces it to make the former ones expire. */
export function registryToken(): string {
  const file = process.env["LANE_REGISTRY_TOKEN"];
  return file === undefined ? "token" : readFileSync(file, "utf8");
}

/** The registry refuses an expired token, whatever the request. */
export class TokenExpired extends Error {
  override readonly name = "TokenExpired";
  constructor() {
    super("403 Forbidden: your authorization token has expired. Reauthenticate and try again.");
  }
}

function authenticate(token: string | undefined): void {
  if (token !== registryToken()) throw new TokenExpired();
}

/** Pushes an image with this content under a tag, and returns its digest. The same content has the same digest. */
export async function push(reference: string, content: string, token: string | undefined): Promise<string> {
  authenticate(token);
  const { repositoryName, tag } = partsOf(reference);
  const layer = createHash("sha256").update(content).digest("hex");
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    config: { mediaType: "application/vnd.docker.container.image.v1+json", size: 7, digest: `sha256:${layer}` },
    layers: [],
  });
  const imageDigest = `sha256:${createHash("sha256").update(imageManifest).digest("hex")}`;
  const put = new PutImageCommand({ repositoryName, imageTag: tag, imageManifest, imageDigest });
  await ecr.send(put).catch((error: Error) => {
    // A registry accepts an image that it already has.
    if (error.name !== "ImageAlreadyExistsException") throw error;
  });
  return imageDigest;
}

/** Whether the registry has an image. */
export async function has(reference: string, imageDigest: string, token: string | undefined): Promise<boolean> {
  authenticate(token);
  const { repositoryName } = partsOf(reference);
  const { images = [] } = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest }] }));
  return images.length > 0;
}

/** Deletes an image by its digest, with all its tags: that is what the real provider does. */
export async function remove(reference: string, imageDigest: string, token: string | undefined): Promise<void> {
  authenticate(token);
  const { repositoryName } = partsOf(reference);
  await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest }] }));
}

/** Splits `HOST/REPOSITORY:TAG`. */
function partsOf(reference: string): { readonly repositoryName: string; readonly tag: string } {
  const [, repositoryName = "", tag = ""] = /^[^/]+\/([^:]+):(.+)$/.exec(reference) ?? [];
  return { repositoryName, tag };
}
