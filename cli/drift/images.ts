import { DescribeImagesCommand, ECRClient } from "@aws-sdk/client-ecr";
import type { Reading } from "./event.ts";

/** Whether the registry has an image; a text says why it could not be asked. */
export type LookUpImage = (image: RegistryImage) => Promise<boolean | string>;

export interface RegistryImage {
  readonly registryId: string;
  readonly region: string;
  readonly repositoryName: string;
  readonly imageDigest: string;
}

const reference =
  /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)(?::[^@]+)?@(sha256:[0-9a-f]{64})$/;

/** The image of a build in Amazon ECR; undefined for a resource of another type, or an image in another registry. */
export function registryImageOf({ type, before: { outputs } }: Reading): RegistryImage | undefined {
  if (type !== "docker-build:index:Image") return undefined;
  const [, registryId, region, repositoryName, imageDigest] = reference.exec(String(outputs["ref"])) ?? [];
  if (registryId === undefined || region === undefined) return undefined;
  if (repositoryName === undefined || imageDigest === undefined) return undefined;
  return { registryId, region, repositoryName, imageDigest };
}

/** Asks Amazon ECR with the credentials that the AWS SDK finds. */
export const lookUpImage: LookUpImage = async ({ registryId, region, repositoryName, imageDigest }) => {
  const ecr = new ECRClient({ region, maxAttempts: 5 });
  try {
    const { imageDetails = [] } = await ecr.send(
      new DescribeImagesCommand({ registryId, repositoryName, imageIds: [{ imageDigest }] }),
    );
    return imageDetails.length > 0;
  } catch (error) {
    const { name, message } = error as Error;
    if (name === "ImageNotFoundException" || name === "RepositoryNotFoundException") return false;
    return `${name}: ${message}`;
  } finally {
    ecr.destroy();
  }
};
