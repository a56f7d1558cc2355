import type { Properties } from "./handler.ts";
import { account, region } from "./moto.ts";
import { registryToken } from "./registry.ts";

/**
 * The provider functions that the program and its components call. An unknown function is an error, so that a new call
 * is noticed.
 */
const functions: Readonly<Record<string, (inputs: Properties) => Properties>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    accountId: account,
    arn: `arn:aws:iam::${account}:user/lane`,
    userId: "lane",
    id: account,
  }),
  "aws:index/getRegion:getRegion": () => ({ region, name: region, id: region, description: region, endpoint: "" }),
  "aws:index/getPartition:getPartition": () => ({ partition: "aws", dnsSuffix: "amazonaws.com", id: "aws" }),
  "aws:ecr/getAuthorizationToken:getAuthorizationToken": () => ({
    authorizationToken: Buffer.from("AWS:lane").toString("base64"),
    userName: "AWS",
    password: registryToken(),
    proxyEndpoint: `https://${account}.dkr.ecr.${region}.amazonaws.com`,
    expiresAt: "",
    id: region,
  }),
};

export function answerInvoke(token: string, inputs: Properties): Properties {
  const answer = functions[token];
  if (!answer)
    throw new Error(`the program calls "${token}", which the test-only provider does not know; add it to invoke.ts`);
  return answer(inputs);
}
