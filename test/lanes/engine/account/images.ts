import { DescribeRepositoriesCommand, ECRClient, ListImagesCommand } from "@aws-sdk/client-ecr";
import { LambdaClient, ListFunctionsCommand, ListVersionsByFunctionCommand } from "@aws-sdk/client-lambda";
import { laneClient } from "./client.ts";

/** Digest and tag of every image in the account's repositories. */
export async function keptImages(endpoint: string): Promise<readonly { digest: string; tag: string }[]> {
  const ecr = new ECRClient(laneClient(endpoint));
  const { repositories = [] } = await ecr.send(new DescribeRepositoriesCommand({}));
  const lists = repositories.map(async ({ repositoryName }) => {
    const { imageIds = [] } = await ecr.send(new ListImagesCommand({ repositoryName }));
    return imageIds.map(({ imageDigest = "", imageTag = "" }) => ({ digest: imageDigest, tag: imageTag }));
  });
  return (await Promise.all(lists)).flat();
}

/**
 * The published versions of functions whose image is not in the account, with the digest. Lambda's `CodeSha256` of an
 * image function is the digest of its image.
 */
export async function versionsWithoutImage(endpoint: string): Promise<readonly string[]> {
  const lambda = new LambdaClient(laneClient(endpoint));
  const there = new Set((await keptImages(endpoint)).map(({ digest }) => digest));
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const lists = Functions.map(async ({ FunctionName }) => {
    const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
    return Versions.filter(({ CodeSha256 }) => !there.has(`sha256:${CodeSha256}`)).map(
      ({ Version, CodeSha256 }) => `${FunctionName}:${Version} needs sha256:${CodeSha256}`,
    );
  });
  return (await Promise.all(lists)).flat();
}
