import type { RestApiResource } from "../../graph.ts";
import { AwsError, type Invocation } from "../../service.ts";
import { type ApiGatewayOptions, type ApiRequest, createApiGateway } from "../api-gateway.ts";

export type Method = RestApiResource["methods"][number];

export const proxy: Method = {
  path: "/{proxy+}",
  httpMethod: "ANY",
  apiKeyRequired: false,
  authorization: "NONE",
  integration: {
    kind: "lambda",
    functionArn: "arn:aws:lambda:us-east-1:000000000000:function:api:live",
    timeoutMs: 1_000,
  },
};

const apiOf = (more: Partial<RestApiResource> = {}): RestApiResource => ({
  id: "abc123",
  name: "api",
  executionArn: "arn:aws:execute-api:us-east-1:000000000000:abc123",
  stages: [{ name: "dev", variables: {} }],
  methods: [proxy],
  gatewayResponses: [],
  apiKeys: [],
  usagePlans: [],
  ...more,
});

export const keyed: Partial<RestApiResource> = {
  methods: [{ ...proxy, apiKeyRequired: true }],
  apiKeys: [
    { id: "k1", name: "one", value: "secret-one", enabled: true },
    { id: "k2", name: "two", value: "secret-two", enabled: false },
    { id: "k3", name: "three", value: "without-plan", enabled: true },
  ],
  usagePlans: [{ id: "p1", name: "plan", stage: "dev", keyIds: ["k1", "k2"] }],
};

export interface Setup {
  readonly api?: Partial<RestApiResource>;
  readonly answer?: unknown;
  readonly invocation?: () => Promise<Partial<Invocation>>;
  readonly denied?: boolean;
  readonly now?: () => number;
  readonly faults?: ApiGatewayOptions["faults"];
}

/** Creates a gateway whose function returns what the test sets, and collects the events that the function received. */
export function gateway({
  api = {},
  answer = { statusCode: 200, body: "ok" },
  invocation,
  denied = false,
  now,
  faults,
}: Setup = {}) {
  const events: Record<string, unknown>[] = [];
  const callers: unknown[] = [];
  const options: ApiGatewayOptions = {
    restApis: [apiOf(api)],
    accountId: "000000000000",
    authorizer: {
      authorize(_caller, action, resource) {
        if (denied) throw new AwsError("AccessDeniedException", `no ${action} on ${resource}`, 403);
      },
    },
    invoker: {
      async invoke({ payload, caller }) {
        events.push(JSON.parse(payload) as Record<string, unknown>);
        callers.push(caller.service);
        const given = await invocation?.();
        return { requestId: "r", executedVersion: "1", payload: JSON.stringify(answer), ...given };
      },
    },
    ...(now === undefined ? {} : { now }),
    faults,
  };
  const { handle } = createApiGateway(options);
  const send = (path: string, init: RequestInit = {}, more: Partial<ApiRequest> = {}): Promise<Response> => {
    const body = new TextEncoder().encode(typeof init.body === "string" ? init.body : "");
    return handle({ request: new Request(`http://localhost:8080${path}`, init), body, sourceIp: "127.0.0.1", ...more });
  };
  return { send, events, callers };
}
