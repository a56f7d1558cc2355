import {
  DeleteIntegrationCommand,
  DeleteIntegrationResponseCommand,
  DeleteMethodCommand,
  DeleteMethodResponseCommand,
  GetMethodCommand,
  type IntegrationType,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
} from "@aws-sdk/client-api-gateway";
import type { Handler, Properties } from "../handler.ts";
import { apigateway, verifier } from "../moto.ts";
import { found, needed, shape, text, whole } from "../values.ts";

const methodOf = (state: Properties) => ({
  restApiId: needed(state, "restApi"),
  resourceId: needed(state, "resourceId"),
  httpMethod: needed(state, "httpMethod"),
});
const strings = (inputs: Properties, key: string) => shape<Record<string, string>>(inputs, key);

/**
 * A resource that is a part of a method: create and update replace it as a whole, and it is deleted at the method's own
 * address.
 */
function part(
  prefix: string,
  put: (inputs: Properties) => Promise<unknown>,
  remove: (state: Properties) => Promise<unknown>,
  outputs: Properties = {},
): Handler {
  return {
    verifier,
    replaces: ["restApi", "resourceId", "httpMethod", "statusCode"],
    async create(inputs) {
      await put(inputs);
      const { restApiId, resourceId, httpMethod } = methodOf(inputs);
      const status = text(inputs, "statusCode");
      return { id: [prefix, restApiId, resourceId, httpMethod, ...(status ? [status] : [])].join("-"), outputs };
    },
    async update(_id, inputs) {
      await put(inputs);
      return {};
    },
    exists: (_id, state) => found(apigateway.send(new GetMethodCommand(methodOf(state)))),
    async delete(_id, state) {
      await remove(state);
    },
  };
}

const statusOf = (state: Properties) => ({ ...methodOf(state), statusCode: needed(state, "statusCode") });

export const gatewayMethodHandlers: Readonly<Record<string, Handler>> = {
  "aws:apigateway/method:Method": part(
    "agm",
    (inputs) =>
      apigateway.send(
        new PutMethodCommand({
          ...methodOf(inputs),
          authorizationType: needed(inputs, "authorization"),
          apiKeyRequired: inputs["apiKeyRequired"] === true,
          requestParameters: shape<Record<string, boolean>>(inputs, "requestParameters"),
        }),
      ),
    (state) => apigateway.send(new DeleteMethodCommand(methodOf(state))),
  ),
  "aws:apigateway/integration:Integration": part(
    "agi",
    (inputs) =>
      apigateway.send(
        new PutIntegrationCommand({
          ...methodOf(inputs),
          type: needed(inputs, "type") as IntegrationType,
          integrationHttpMethod: text(inputs, "integrationHttpMethod"),
          uri: text(inputs, "uri"),
          requestTemplates: strings(inputs, "requestTemplates"),
          timeoutInMillis: whole(inputs, "timeoutMilliseconds"),
        }),
      ),
    (state) => apigateway.send(new DeleteIntegrationCommand(methodOf(state))),
    { passthroughBehavior: "WHEN_NO_MATCH" },
  ),
  "aws:apigateway/methodResponse:MethodResponse": part(
    "agmr",
    (inputs) =>
      apigateway.send(
        new PutMethodResponseCommand({
          ...statusOf(inputs),
          responseParameters: shape<Record<string, boolean>>(inputs, "responseParameters"),
          responseModels: strings(inputs, "responseModels"),
        }),
      ),
    (state) => apigateway.send(new DeleteMethodResponseCommand(statusOf(state))),
  ),
  "aws:apigateway/integrationResponse:IntegrationResponse": part(
    "agir",
    (inputs) =>
      apigateway.send(
        new PutIntegrationResponseCommand({
          ...statusOf(inputs),
          responseParameters: strings(inputs, "responseParameters"),
          responseTemplates: strings(inputs, "responseTemplates"),
          selectionPattern: text(inputs, "selectionPattern"),
        }),
      ),
    (state) => apigateway.send(new DeleteIntegrationResponseCommand(statusOf(state))),
  ),
};
