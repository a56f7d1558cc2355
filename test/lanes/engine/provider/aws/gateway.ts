import { randomBytes } from "node:crypto";
import {
  type ApiKeySourceType,
  CreateApiKeyCommand,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  CreateStageCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteGatewayResponseCommand,
  DeleteResourceCommand,
  DeleteRestApiCommand,
  DeleteStageCommand,
  DeleteUsagePlanCommand,
  DeleteUsagePlanKeyCommand,
  type GatewayResponseType,
  GetApiKeyCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetStageCommand,
  GetUsagePlanCommand,
  type Op,
  PutGatewayResponseCommand,
  type QuotaPeriodType,
  UpdateStageCommand,
  UpdateUsagePlanCommand,
} from "@aws-sdk/client-api-gateway";
import type { Handler, Properties } from "../handler.ts";
import { account, apigateway, region, verifier } from "../moto.ts";
import { found, needed, shape, text } from "../values.ts";
import { gatewayMethodHandlers } from "./gateway-methods.ts";

const restApi: Handler = {
  verifier,
  autoName: "name",
  replaces: ["name"],
  async create(inputs) {
    const { id = "" } = await apigateway.send(
      new CreateRestApiCommand({
        name: needed(inputs, "name"),
        description: text(inputs, "description"),
        apiKeySource: shape<ApiKeySourceType>(inputs, "apiKeySource"),
        binaryMediaTypes: shape<string[]>(inputs, "binaryMediaTypes"),
        endpointConfiguration: endpointOf(inputs),
        policy: text(inputs, "policy"),
      }),
    );
    const { items = [] } = await apigateway.send(new GetResourcesCommand({ restApiId: id }));
    const outputs = {
      arn: `arn:aws:apigateway:${region}::/restapis/${id}`,
      executionArn: `arn:aws:execute-api:${region}:${account}:${id}`,
      rootResourceId: items.find(({ path }) => path === "/")?.id,
      createdDate: new Date().toISOString(),
      tagsAll: inputs["tags"] ?? {},
    };
    return { id, outputs };
  },
  update: async () => ({}),
  exists: (id) => found(apigateway.send(new GetRestApiCommand({ restApiId: id }))),
  async delete(id) {
    await apigateway.send(new DeleteRestApiCommand({ restApiId: id }));
  },
};

function endpointOf(inputs: Properties) {
  const types = shape<{ types?: string }>(inputs, "endpointConfiguration")?.types;
  return types === undefined ? undefined : { types: [types as "REGIONAL" | "EDGE" | "PRIVATE"] };
}

const resource: Handler = {
  verifier,
  async create(inputs) {
    const { id = "", path } = await apigateway.send(
      new CreateResourceCommand({
        restApiId: needed(inputs, "restApi"),
        parentId: needed(inputs, "parentId"),
        pathPart: needed(inputs, "pathPart"),
      }),
    );
    return { id, outputs: { path } };
  },
  async delete(id, state) {
    await apigateway.send(new DeleteResourceCommand({ restApiId: needed(state, "restApi"), resourceId: id }));
  },
};

const deployment: Handler = {
  verifier,
  async create(inputs) {
    const { id = "" } = await apigateway.send(
      new CreateDeploymentCommand({ restApiId: needed(inputs, "restApi"), description: text(inputs, "description") }),
    );
    return { id, outputs: { createdDate: new Date().toISOString() } };
  },
};

const stageOf = (state: Properties) => ({
  restApiId: needed(state, "restApi"),
  stageName: needed(state, "stageName"),
});
const stage: Handler = {
  verifier,
  replaces: ["restApi", "stageName"],
  async create(inputs) {
    await apigateway.send(
      new CreateStageCommand({
        ...stageOf(inputs),
        deploymentId: needed(inputs, "deployment"),
        variables: shape<Record<string, string>>(inputs, "variables"),
        tracingEnabled: inputs["xrayTracingEnabled"] === true,
      }),
    );
    const { restApiId, stageName } = stageOf(inputs);
    const outputs = {
      arn: `arn:aws:apigateway:${region}::/restapis/${restApiId}/stages/${stageName}`,
      executionArn: `arn:aws:execute-api:${region}:${account}:${restApiId}/${stageName}`,
      invokeUrl: `https://${restApiId}.execute-api.${region}.amazonaws.com/${stageName}`,
      webAclArn: "",
      tagsAll: inputs["tags"] ?? {},
    };
    return { id: `ags-${restApiId}-${stageName}`, outputs };
  },
  async update(_id, inputs) {
    const replace = (path: string, value: string) => ({ op: "replace" as Op, path, value });
    const patchOperations = [replace("/deploymentId", needed(inputs, "deployment"))];
    await apigateway.send(new UpdateStageCommand({ ...stageOf(inputs), patchOperations }));
    return {};
  },
  exists: (_id, state) => found(apigateway.send(new GetStageCommand(stageOf(state)))),
  async delete(_id, state) {
    await apigateway.send(new DeleteStageCommand(stageOf(state)));
  },
};

/** The path of each setting in the API. A stage receives settings as patch operations. */
const settingPaths: Readonly<Record<string, string>> = {
  throttlingRateLimit: "throttling/rateLimit",
  throttlingBurstLimit: "throttling/burstLimit",
  metricsEnabled: "metrics/enabled",
  loggingLevel: "logging/loglevel",
  dataTraceEnabled: "logging/dataTrace",
};
async function putSettings(inputs: Properties): Promise<void> {
  const given = shape<Readonly<Record<string, unknown>>>(inputs, "settings") ?? {};
  const patchOperations = Object.entries(given).map(([key, value]) => {
    const path = settingPaths[key];
    if (path === undefined) throw new Error(`this lane does not know the method setting "${key}"; add its path`);
    return { op: "replace" as Op, path: `/${needed(inputs, "methodPath")}/${path}`, value: String(value) };
  });
  await apigateway.send(new UpdateStageCommand({ ...stageOf(inputs), patchOperations }));
}
const methodSettings: Handler = {
  verifier,
  replaces: ["restApi", "stageName", "methodPath"],
  async create(inputs) {
    await putSettings(inputs);
    const { restApiId, stageName } = stageOf(inputs);
    return { id: `${restApiId}-${stageName}-${needed(inputs, "methodPath")}`, outputs: {} };
  },
  async update(_id, inputs) {
    await putSettings(inputs);
    return {};
  },
  exists: (_id, state) => found(apigateway.send(new GetStageCommand(stageOf(state)))),
};

const responseOf = (state: Properties) => ({
  restApiId: needed(state, "restApiId"),
  responseType: needed(state, "responseType") as GatewayResponseType,
});
async function putResponse(inputs: Properties): Promise<void> {
  await apigateway.send(
    new PutGatewayResponseCommand({
      ...responseOf(inputs),
      statusCode: text(inputs, "statusCode"),
      responseParameters: shape<Record<string, string>>(inputs, "responseParameters"),
      responseTemplates: shape<Record<string, string>>(inputs, "responseTemplates"),
    }),
  );
}
const response: Handler = {
  verifier,
  replaces: ["restApiId", "responseType"],
  async create(inputs) {
    await putResponse(inputs);
    const { restApiId, responseType } = responseOf(inputs);
    return { id: `aggr-${restApiId}-${responseType}`, outputs: {} };
  },
  async update(_id, inputs) {
    await putResponse(inputs);
    return {};
  },
  async delete(_id, state) {
    await apigateway.send(new DeleteGatewayResponseCommand(responseOf(state)));
  },
};

const apiKey: Handler = {
  verifier,
  autoName: "name",
  replaces: ["value"],
  async create(inputs) {
    const value = text(inputs, "value") ?? randomBytes(20).toString("hex");
    const { id = "" } = await apigateway.send(
      new CreateApiKeyCommand({ name: needed(inputs, "name"), enabled: inputs["enabled"] !== false, value }),
    );
    const arn = `arn:aws:apigateway:${region}::/apikeys/${id}`;
    return { id, outputs: { arn, value, createdDate: new Date().toISOString(), tagsAll: inputs["tags"] ?? {} } };
  },
  update: async (_id, _inputs, state) => ({ value: state["value"] }),
  exists: (id) => found(apigateway.send(new GetApiKeyCommand({ apiKey: id }))),
  async delete(id) {
    await apigateway.send(new DeleteApiKeyCommand({ apiKey: id }));
  },
};

const usagePlan: Handler = {
  verifier,
  autoName: "name",
  async create(inputs) {
    const stages = shape<{ apiId: string; stage: string }[]>(inputs, "apiStages") ?? [];
    const throttle = shape<{ rateLimit?: number; burstLimit?: number }>(inputs, "throttleSettings");
    const quota = shape<{ limit: number; offset?: number; period: QuotaPeriodType }>(inputs, "quotaSettings");
    const { id = "" } = await apigateway.send(
      new CreateUsagePlanCommand({
        name: needed(inputs, "name"),
        description: text(inputs, "description"),
        apiStages: stages.map(({ apiId, stage: name }) => ({ apiId, stage: name })),
        ...(throttle && { throttle }),
        ...(quota && { quota }),
      }),
    );
    const arn = `arn:aws:apigateway:${region}::/usageplans/${id}`;
    return { id, outputs: { arn, tagsAll: inputs["tags"] ?? {} } };
  },
  async update(id, inputs) {
    const patchOperations = [{ op: "replace" as Op, path: "/name", value: needed(inputs, "name") }];
    await apigateway.send(new UpdateUsagePlanCommand({ usagePlanId: id, patchOperations }));
    return {};
  },
  exists: (id) => found(apigateway.send(new GetUsagePlanCommand({ usagePlanId: id }))),
  async delete(id) {
    await apigateway.send(new DeleteUsagePlanCommand({ usagePlanId: id }));
  },
};

const usagePlanKey: Handler = {
  verifier,
  async create(inputs) {
    const { id = "" } = await apigateway.send(
      new CreateUsagePlanKeyCommand({
        usagePlanId: needed(inputs, "usagePlanId"),
        keyId: needed(inputs, "keyId"),
        keyType: needed(inputs, "keyType"),
      }),
    );
    return { id, outputs: {} };
  },
  async delete(id, state) {
    await apigateway.send(new DeleteUsagePlanKeyCommand({ usagePlanId: needed(state, "usagePlanId"), keyId: id }));
  },
};

export const gatewayHandlers: Readonly<Record<string, Handler>> = {
  ...gatewayMethodHandlers,
  "aws:apigateway/restApi:RestApi": restApi,
  "aws:apigateway/resource:Resource": resource,
  "aws:apigateway/deployment:Deployment": deployment,
  "aws:apigateway/stage:Stage": stage,
  "aws:apigateway/methodSettings:MethodSettings": methodSettings,
  "aws:apigateway/response:Response": response,
  "aws:apigateway/apiKey:ApiKey": apiKey,
  "aws:apigateway/usagePlan:UsagePlan": usagePlan,
  "aws:apigateway/usagePlanKey:UsagePlanKey": usagePlanKey,
};
