import { GetMethodCommand, GetStageCommand } from "@aws-sdk/client-api-gateway";
import { GetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import { apigateway, ecr } from "../moto.ts";
import { needed } from "../values.ts";
import type { Live } from "./read.ts";

export const liveGateway: Readonly<Record<string, Live>> = {
  "aws:apigateway/method:Method": async (_id, state) => {
    const { authorizationType, apiKeyRequired } = await apigateway.send(
      new GetMethodCommand({
        restApiId: needed(state, "restApi"),
        resourceId: needed(state, "resourceId"),
        httpMethod: needed(state, "httpMethod"),
      }),
    );
    return { authorization: authorizationType, apiKeyRequired: apiKeyRequired === true };
  },
  "aws:apigateway/stage:Stage": async (_id, state) => {
    const { deploymentId } = await apigateway.send(
      new GetStageCommand({ restApiId: needed(state, "restApi"), stageName: needed(state, "stageName") }),
    );
    return { deployment: deploymentId };
  },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": async (id) => ({
    policy: (await ecr.send(new GetRepositoryPolicyCommand({ repositoryName: id }))).policyText,
  }),
};
