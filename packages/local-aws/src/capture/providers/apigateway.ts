import { randomBytes } from "node:crypto";
import { accountId, arn, digits, partition, physicalName, type Registration, required } from "../identity.ts";
import type { Provider, Providers } from "./provider.ts";

const gatewayArn = ({ identity }: Registration, path: string): string =>
  `arn:${partition}:apigateway:${identity.region}::${path}`;

/** Parts of a method: nothing is computed, and the id identifies the method that the part belongs to. */
const methodPart: Provider = (registration) => ({
  id: [
    required(registration, "restApi"),
    required(registration, "resourceId"),
    required(registration, "httpMethod"),
  ].join("-"),
  outputs: {},
});

export const gatewayProviders: Providers = {
  "aws:apigateway/restApi:RestApi": (registration) => {
    const id = digits(registration, 10);
    const outputs = {
      name: physicalName(registration),
      arn: gatewayArn(registration, `/restapis/${id}`),
      executionArn: arn("execute-api", id, registration.identity),
      rootResourceId: "root",
    };
    return { id, outputs };
  },
  "aws:apigateway/resource:Resource": (registration) => ({
    id: digits(registration, 6),
    outputs: {},
  }),
  "aws:apigateway/method:Method": methodPart,
  "aws:apigateway/integration:Integration": (registration) => ({
    ...methodPart(registration),
    outputs: { timeoutMilliseconds: registration.inputs["timeoutMilliseconds"] ?? 29_000 },
  }),
  "aws:apigateway/methodResponse:MethodResponse": methodPart,
  "aws:apigateway/integrationResponse:IntegrationResponse": methodPart,
  "aws:apigateway/response:Response": (registration) => ({ id: required(registration, "responseType"), outputs: {} }),
  "aws:apigateway/deployment:Deployment": (registration) => ({ id: digits(registration, 6), outputs: {} }),
  "aws:apigateway/stage:Stage": (registration) => {
    const [api, name] = [required(registration, "restApi"), required(registration, "stageName")];
    const outputs = {
      arn: gatewayArn(registration, `/restapis/${api}/stages/${name}`),
      executionArn: arn("execute-api", `${api}/${name}`, registration.identity),
      invokeUrl: registration.identity.endpointBase,
    };
    return { id: `ags-${api}-${name}`, outputs };
  },
  "aws:apigateway/methodSettings:MethodSettings": (registration) => ({
    id: `${required(registration, "restApi")}-${required(registration, "stageName")}`,
    outputs: {},
  }),
  "aws:apigateway/apiKey:ApiKey": (registration) => {
    const { inputs, identity } = registration;
    const made = () => (identity.purpose === "compare" ? digits(registration, 40) : randomBytes(20).toString("hex"));
    const value = inputs["value"] ?? made();
    const outputs = { name: physicalName(registration), value, enabled: inputs["enabled"] ?? true };
    return { id: digits(registration, 10), outputs };
  },
  "aws:apigateway/usagePlan:UsagePlan": (registration) => ({
    id: digits(registration, 6),
    outputs: { name: physicalName(registration) },
  }),
  "aws:apigateway/usagePlanKey:UsagePlanKey": (registration) => ({
    id: digits(registration, 10),
    outputs: {},
  }),
  "aws:apigateway/account:Account": () => ({ id: accountId, outputs: {} }),
};
