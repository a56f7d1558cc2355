import { GetOpenIDConnectProviderCommand, ListOpenIDConnectProvidersCommand } from "@aws-sdk/client-iam";
import type { Properties } from "./handler.ts";
import { account, iam, region } from "./moto.ts";
import { registryToken } from "./registry.ts";

/**
 * The provider functions that the program and its components call. An unknown function is an error, so that a new call
 * is noticed.
 */
const functions: Readonly<Record<string, (inputs: Properties) => Properties | Promise<Properties>>> = {
  "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": findProvider,
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

/** Like the provider, this fails if the account has no such provider. */
async function findProvider({ url }: Properties): Promise<Properties> {
  const { OpenIDConnectProviderList = [] } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
  const host = String(url).replace("https://", "");
  const arn = OpenIDConnectProviderList.find(({ Arn }) => Arn?.endsWith(`/${host}`))?.Arn;
  if (arn === undefined) throw new Error(`there is no OpenID Connect provider "${url}"`);
  const { ClientIDList, Tags = [] } = await iam.send(
    new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }),
  );
  const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
  return { arn, id: arn, url, clientIdLists: ClientIDList, tags, thumbprintLists: [] };
}

export async function answerInvoke(token: string, inputs: Properties): Promise<Properties> {
  const answer = functions[token];
  if (!answer)
    throw new Error(`the program calls "${token}", which the test-only provider does not know; add it to invoke.ts`);
  return answer(inputs);
}
