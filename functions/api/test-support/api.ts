import { handle, type LambdaContext, type LambdaEvent } from "hono/aws-lambda";
import { vi } from "vitest";
import type { FunctionEnvironment } from "../../../contract/environment.ts";
import { createApp } from "../app.ts";
import { atRoute, type ProxyEvent } from "../public-address.ts";
import type { Execution, HistoryPage, SyncExecution } from "../workflows.ts";

// One log line per request would hide the output of the test runner.
const log = vi.hoisted(() => vi.fn());
vi.mock("../../shared/log.ts", async (original) => ({ ...(await original<object>()), log }));

/** What the API has logged since the last call of this function. */
export function logged(): readonly unknown[][] {
  return log.mock.calls.splice(0);
}

export const machineArn = "arn:aws:states:eu-central-1:000000000000:stateMachine:workflow:live";
export const delayedStartArn = "arn:aws:states:eu-central-1:000000000000:stateMachine:delayed-start";
export const exampleArn = "arn:aws:states:eu-central-1:000000000000:stateMachine:branch-map-reduce:live";
export const release = "0123456789ab";
const environment: FunctionEnvironment<"api"> = {
  BUCKET_NAME: "own-bucket",
  STATE_MACHINE_ARN: machineArn,
  DELAYED_START_STATE_MACHINE_ARN: delayedStartArn,
  CLASSIFY_NOW_STATE_MACHINE_ARN: "arn:aws:states:eu-central-1:000000000000:stateMachine:now",
  EXAMPLE_STATE_MACHINE_ARNS: { "branch-map-reduce": exampleArn, "three-images": `${exampleArn}-3` },
  IMAGE_BUCKETS: ["photos"],
  MAX_IMAGE_BYTES: 1_000_000,
  MAX_IMAGES: 100_000,
  REDUCE_STORAGE_MB: 512,
  MAX_WAIT_SECONDS: 5,
  UPLOAD_RETENTION_DAYS: 3,
  WORKFLOW_TIMEOUT_SECONDS: 3_600,
  NOTIFY_HOSTS: [],
  CORS_ORIGINS: ["*"],
  AUTHENTICATION: "apiKey",
};

/** What Step Functions says about running executions. */
interface FollowedRuns {
  history(name: string, token: string | undefined): Promise<HistoryPage>;
  mapRunItems(mapRunArn: string): Promise<{ readonly total: number; readonly ended: number }>;
}

/** An API with executions in a map; names and inputs behave as in Step Functions. */
export function testApi(overrides: Partial<FunctionEnvironment<"api">> = {}) {
  const executions = new Map<string, Execution>();
  const objects = new Map<string, string>();
  const synchronous: { input: string; answer: () => Promise<SyncExecution> } = {
    input: "",
    answer: async () => ({ status: "SUCCEEDED", output: "{}" }),
  };
  const followed: FollowedRuns = {
    history: async () => ({ events: [] }),
    mapRunItems: async () => ({ total: 0, ended: 0 }),
  };
  const app = createApp({
    environment: { ...environment, ...overrides },
    workflows: {
      async start(arn, name, input) {
        const known = executions.get(`${arn}/${name}`);
        if (known && (known.status !== "RUNNING" || known.input !== input)) return "exists";
        executions.set(`${arn}/${name}`, known ?? { status: "RUNNING", input, startDate: new Date(1_000) });
        return "started";
      },
      startSync(_arn, _name, input) {
        synchronous.input = input;
        return synchronous.answer();
      },
      async describe(arn, name) {
        // Like Step Functions: an invalid name makes the ARN invalid.
        if (!/^[\w-]{1,80}$/.test(name)) throw Object.assign(new Error("Invalid Arn"), { name: "InvalidArn" });
        return executions.get(`${arn}/${name}`);
      },
      release: async () => release,
      history: (_arn, name, token) => followed.history(name, token),
      mapRunItems: (arn) => followed.mapRunItems(arn),
      async stop(arn, name) {
        const known = executions.get(`${arn}/${name}`);
        if (known) Object.assign(known, { status: "ABORTED", error: "Stopped", cause: "by request" });
        return known !== undefined;
      },
    },
    objects: {
      write: async ({ bucket, key }, text) => void objects.set(`${bucket}/${key}`, text.toString()),
      exists: async ({ bucket, key }) => objects.has(`${bucket}/${key}`),
    },
    signing: {
      download: async ({ bucket, key }) => `https://${bucket}.example/${key}?signed`,
      upload: async ({ key }, bounds) => ({ url: "https://bucket.example", fields: { key, ...stringsOf(bounds) } }),
    },
  });
  const adapter = handle(app);
  return {
    app,
    executions,
    objects,
    synchronous,
    followed,
    async call(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
      const answer = await adapter(atRoute(event({ method, path, body, headers })), {} as LambdaContext);
      const json: unknown = answer.body.startsWith("{") ? JSON.parse(answer.body) : undefined;
      return { status: answer.statusCode, headers: answer.headers as Record<string, string>, json };
    },
    /** Ends an execution, with the fields that Step Functions would return. */
    end(name: string, ended: Execution, arn = machineArn) {
      executions.set(`${arn}/${name}`, { startDate: new Date(1_000), stopDate: new Date(2_500), ...ended });
    },
  };
}

function stringsOf(bounds: object): Record<string, string> {
  return Object.fromEntries(Object.entries(bounds).map(([name, value]) => [name, String(value)]));
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** A proxy event as API Gateway sends it from the stage "dev"; a string body is sent unchanged. */
export function event({ method, path: target, body, headers }: Asked): LambdaEvent & ProxyEvent {
  const [path = "", query] = target.split("?");
  const text = body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body);
  const made = {
    version: "1.0",
    resource: "/{proxy+}",
    httpMethod: method,
    path,
    queryStringParameters: query === undefined ? null : Object.fromEntries(new URLSearchParams(query)),
    pathParameters: { proxy: path.slice(1) },
    headers: { ...(text === null ? {} : { "content-type": "application/json" }), ...headers },
    body: text,
    isBase64Encoded: false,
    requestContext: { domainName: "abc.execute-api.eu-central-1.amazonaws.com", stage: "dev", path: `/dev${path}` },
  };
  return made as unknown as LambdaEvent & ProxyEvent;
}
