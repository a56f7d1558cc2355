import { randomUUID } from "node:crypto";
import { late, within } from "../deadline.ts";
import type { Faults } from "../faults/faults.ts";
import type { RestApiResource } from "../graph.ts";
import { apiGatewayLimits } from "../limits.ts";
import { type Authorizer, AwsError, type Caller, type Invoker } from "../service.ts";
import { type GatewayError, gatewayResponse } from "./gateway-response.ts";
import { mockResponse } from "./mock.ts";
import { proxyEvent } from "./proxy-event.ts";
import { proxyResponse } from "./proxy-response.ts";
import { findRoute, type Match, segmentsOf } from "./route.ts";
import { Usage } from "./usage.ts";

export interface ApiGatewayOptions {
  readonly restApis: readonly RestApiResource[];
  readonly invoker: Invoker;
  readonly authorizer: Authorizer;
  readonly accountId: string;
  readonly now?: () => number;
  /** @default none */
  readonly faults?: Pick<Faults, "gateway"> | undefined;
}

/** A request to the API, with its body already read. */
export interface ApiRequest {
  readonly request: Request;
  readonly body: Uint8Array;
  readonly sourceIp: string;
  /** Header names and values exactly as the client sent them. @default the lower-case headers of `request` */
  readonly headers?: readonly (readonly [string, string])[];
  /** The identity that signed the request; absent for an unsigned request. */
  readonly caller?: Caller;
  /** Why the server rejects the request; the gateway then returns its own error response, with CORS headers. */
  readonly refusal?: GatewayError;
}

export interface ApiGateway {
  /** Serves the API at the root (`/orders`, using the API's first stage) and below a stage name (`/dev/orders`). */
  handle(request: ApiRequest): Promise<Response>;
  /** The maximum size of a request, in bytes. */
  readonly maxBytes: number;
  update(declared: Pick<ApiGatewayOptions, "restApis">): void;
}

/**
 * Serves the REST API that the program declares: API keys, usage plans, throttling, proxy integrations and gateway
 * errors.
 */
export function createApiGateway(options: ApiGatewayOptions): ApiGateway {
  const usage = new Usage();
  const now = options.now ?? Date.now;
  let [api] = options.restApis;

  async function handle(incoming: ApiRequest): Promise<Response> {
    if (!api) return Response.json({ message: "The program declares no REST API." }, { status: 404 });
    const located = locate(api, new URL(incoming.request.url).pathname);
    const requestId = randomUUID();
    const refuse = (type: GatewayError, message?: string): Response =>
      gatewayResponse(api?.gatewayResponses ?? [], type, {
        requestId,
        request: incoming.request,
        sourceIp: incoming.sourceIp,
        stage: located.stage.name,
        path: located.fullPath,
        ...(message === undefined ? {} : { message }),
      });
    if (incoming.refusal) return refuse(incoming.refusal);
    const match = findRoute(api.methods, incoming.request.method, segmentsOf(located.path));
    if (!match) return refuse("MISSING_AUTHENTICATION_TOKEN");
    const admitted = admit(api, incoming, match, located.stage);
    if ("refusal" in admitted) return refuse(admitted.refusal, admitted.message);
    const fault = options.faults?.gateway(incoming.request.method, located.path);
    if (fault) return refuse(fault.error);
    const response = await integrate(api, incoming, match, { ...located, requestId, apiKey: admitted.apiKey });
    return response instanceof Response ? withRequestId(response, requestId) : refuse(response.error);
  }

  /** Checks authorisation, then the API key, then rates and quota, in the same order as API Gateway. */
  function admit(api: RestApiResource, { request, caller }: ApiRequest, { method }: Match, stage: Stage): Admission {
    if (method.authorization === "AWS_IAM") {
      if (!caller) return { refusal: "MISSING_AUTHENTICATION_TOKEN" };
      try {
        options.authorizer.authorize(
          caller,
          "execute-api:Invoke",
          methodArn(api, stage.name, request.method, method.path),
        );
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return { refusal: "ACCESS_DENIED", message: error.message };
      }
    }
    const value = request.headers.get("x-api-key");
    const apiKey = value ? api.apiKeys.find((key) => key.enabled && key.value === value) : undefined;
    const plan = api.usagePlans.find(
      (candidate) => candidate.stage === stage.name && candidate.keyIds.includes(apiKey?.id ?? ""),
    );
    if (method.apiKeyRequired) {
      if (!apiKey || !plan) return { refusal: "INVALID_API_KEY" };
      const allowed = usage.allowsKey(plan, apiKey.id, now());
      if (allowed !== "yes") return { refusal: allowed };
    }
    if (!usage.allowsMethod(stage, api.id, method, now())) return { refusal: "THROTTLED" };
    return { apiKey };
  }

  async function integrate(
    api: RestApiResource,
    incoming: ApiRequest,
    match: Match,
    context: LocatedRequest & { readonly requestId: string; readonly apiKey: ApiKey | undefined },
  ): Promise<Response | { readonly error: GatewayError }> {
    const { request, body, sourceIp, caller } = incoming;
    const { integration, path } = match.method;
    if (integration.kind === "mock") return mockResponse(integration) ?? { error: "API_CONFIGURATION_ERROR" };
    const binaryMediaTypes = api.binaryMediaTypes ?? [];
    const { apiKey, ...located } = context;
    const event = proxyEvent({
      request,
      body,
      sourceIp,
      match,
      binaryMediaTypes,
      ...located,
      headers: incoming.headers ?? [...request.headers],
      apiId: api.id,
      accountId: options.accountId,
      now: new Date(now()),
      ...(caller === undefined ? {} : { caller }),
      ...(apiKey === undefined ? {} : { apiKey }),
    });
    const service = {
      principal: "apigateway.amazonaws.com",
      sourceArn: methodArn(api, located.stage.name, request.method, path),
    };
    try {
      const invocation = await within(
        integration.timeoutMs,
        options.invoker.invoke({
          functionArn: integration.functionArn,
          payload: JSON.stringify(event),
          caller: { accessKeyId: "", arn: service.principal, service },
        }),
      );
      if (invocation === late) return { error: "INTEGRATION_TIMEOUT" };
      if (invocation.functionError) return { error: "DEFAULT_5XX" };
      const accept = request.headers.get("accept");
      return proxyResponse(invocation.payload, { binaryMediaTypes, accept }) ?? { error: "DEFAULT_5XX" };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { error: refusalOf(error) };
    }
  }

  return {
    handle,
    maxBytes: apiGatewayLimits.payloadBytes,
    update(declared) {
      [api] = declared.restApis;
    },
  };
}

/** Errors of Lambda that concern the integration's configuration, not its load: the gateway may not call the function. */
const misconfigured = new Set(["AccessDeniedException", "ResourceNotFoundException", "InvalidParameterValueException"]);

/**
 * The gateway's error when Lambda refuses the call. A throttled call is an INTEGRATION_FAILURE, according to AWS's forum
 * (thread 309901); a function that is not ready or fails inside Lambda is treated the same, which was not verified.
 */
function refusalOf({ name }: AwsError): GatewayError {
  if (name === "RequestTooLargeException") return "REQUEST_TOO_LARGE";
  return misconfigured.has(name) ? "API_CONFIGURATION_ERROR" : "INTEGRATION_FAILURE";
}

type Stage = RestApiResource["stages"][number];
type ApiKey = RestApiResource["apiKeys"][number];
type Admission =
  | { readonly apiKey: ApiKey | undefined }
  | { readonly refusal: GatewayError; readonly message?: string };

interface LocatedRequest {
  readonly stage: Stage;
  /** The path below the stage. */
  readonly path: string;
  readonly fullPath: string;
}

function locate({ stages }: RestApiResource, fullPath: string): LocatedRequest {
  const [first, ...rest] = segmentsOf(fullPath);
  const named = stages.find(({ name }) => name === first);
  if (named) return { stage: named, path: `/${rest.join("/")}`, fullPath };
  return { stage: stages[0] ?? { name: "", variables: {} }, path: fullPath, fullPath };
}

function methodArn({ executionArn }: RestApiResource, stage: string, httpMethod: string, path: string): string {
  return `${executionArn}/${stage}/${httpMethod}${path}`;
}

function withRequestId(response: Response, requestId: string): Response {
  response.headers.set("x-amzn-requestid", requestId);
  return response;
}
