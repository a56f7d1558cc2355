import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { FunctionEnvironment } from "../../contract/environment.ts";
import type { S3Location } from "../../contract/workflow.ts";
import { groupBy } from "../../lib/group-by.ts";
import { errorFields, log } from "../shared/log.ts";
import type { JsonObjects } from "../shared/objects.ts";
import { ApiFailure, asFailure } from "./api-failure.ts";
import { bodyLimits, readJson } from "./body.ts";
import { readIdempotencyKey, readRequest, start } from "./classification.ts";
import { classifyNow } from "./classify-now.ts";
import { showExample, startExample } from "./examples.ts";
import { readWait, resultsLocation, showExecution, stopExecution } from "./executions.ts";
import type { Found } from "./held.ts";
import { refuseNotify } from "./notify-host.ts";
import { openApi } from "./openapi.ts";
import { ProgressReader } from "./progress/progress.ts";
import { Recent } from "./progress/recent.ts";
import { type ProxyEvent, publicAddress } from "./public-address.ts";
import { readRetry, retryExecution } from "./retry.ts";
import type { Signing } from "./signing.ts";
import { uploadTicket } from "./upload.ts";
import type { Workflows } from "./workflows.ts";

export interface ApiServices {
  readonly environment: FunctionEnvironment<"api">;
  readonly workflows: Workflows;
  readonly objects: Pick<JsonObjects, "write"> & { exists(location: S3Location): Promise<boolean> };
  readonly signing: Signing;
}

interface Bindings {
  readonly event: ProxyEvent;
  readonly lambdaContext?: { readonly awsRequestId?: string };
}
type Call = Context<{ Bindings: Bindings }>;

const split = "send several requests";
const noList = "a retry takes no images";

/** Executions that one sandbox remembers as it saw them last; one with results has up to 256 KiB. */
const rememberedExecutions = 50;

/** The HTTP API: its routes, logging, CORS and error responses. */
export function createApp({ environment, workflows, objects, signing }: ApiServices) {
  const machineArn = environment.STATE_MACHINE_ARN;
  const classifyNowArn = environment.CLASSIFY_NOW_STATE_MACHINE_ARN;
  const bucket = environment.BUCKET_NAME;
  const buckets = { ownBucket: bucket, imageBuckets: environment.IMAGE_BUCKETS };
  const machines = { workflows, machineArn, delayedStartArn: environment.DELAYED_START_STATE_MACHINE_ARN };
  const executions = {
    ...machines,
    signing,
    progress: new ProgressReader(workflows),
    seen: new Recent<Found>(rememberedExecutions),
  };
  const examples = { workflows, machineArns: environment.EXAMPLE_STATE_MACHINE_ARNS };

  const app = new Hono<{ Bindings: Bindings }>();
  app.use(logged);
  app.use(corsFor(environment.CORS_ORIGINS));

  app.post("/classify", async (c) => {
    const key = readIdempotencyKey(c.req.header("idempotency-key"));
    const body = await readJson(c.req.raw, bodyLimits.classify, split);
    const request = readRequest(body, buckets);
    refuseNotify(request, environment.NOTIFY_HOSTS);
    const started = await start(request, key, {
      ...machines,
      objects,
      bucket,
      uploadRetentionDays: environment.UPLOAD_RETENTION_DAYS,
      workflowSeconds: environment.WORKFLOW_TIMEOUT_SECONDS,
      maxImages: environment.MAX_IMAGES,
      storageMb: environment.REDUCE_STORAGE_MB,
    });
    return accepted(c, started, `/executions/${started.executionId}`);
  });
  app.post("/classify/sync", async (c) => {
    const body = await readJson(c.req.raw, bodyLimits.small, "use POST /classify");
    return c.json(await classifyNow(readRequest(body, buckets), { workflows, classifyNowArn }));
  });
  app.get("/executions/:id", async (c) => {
    const id = c.req.param("id");
    const resultsUrl = `${publicAddress(c.env.event)}/executions/${id}/results`;
    const waitSeconds = readWait(c.req.query("wait"), environment.MAX_WAIT_SECONDS);
    const { view, retryAfter } = await showExecution(id, { resultsUrl, waitSeconds }, executions);
    return c.json(view, 200, retryAfter === undefined ? {} : { "retry-after": String(retryAfter) });
  });
  app.get("/executions/:id/results", async (c) => c.redirect(await resultsLocation(c.req.param("id"), executions)));
  app.post("/executions/:id/retry", async (c) => {
    const key = readIdempotencyKey(c.req.header("idempotency-key"));
    const { notify } = readRetry(hasBody(c.req.raw) ? await readJson(c.req.raw, bodyLimits.small, noList) : {});
    refuseNotify({ notify }, environment.NOTIFY_HOSTS);
    const services = { ...machines, exists: objects.exists };
    const started = await retryExecution(c.req.param("id"), { key, notify }, services);
    return accepted(c, started, `/executions/${started.executionId}`);
  });
  app.delete("/executions/:id", async (c) => {
    const id = c.req.param("id");
    return accepted(c, await stopExecution(id, executions), `/executions/${id}`);
  });
  app.post("/uploads", async (c) => {
    const body = await readJson(c.req.raw, bodyLimits.small, split);
    const ticket = await uploadTicket(body, { signing, bucket, maxBytes: environment.MAX_IMAGE_BYTES });
    return c.json(ticket, 201);
  });
  const runExample = async (c: Call, name: string, input: unknown) => {
    const started = await startExample(name, input, examples);
    return accepted(c, started, `/examples/${name}/executions/${started.executionId}`);
  };
  app.get("/examples/branch-map-reduce", (c) => runExample(c, "branch-map-reduce", {}));
  app.post("/examples/:name", async (c) => {
    const body = hasBody(c.req.raw) ? await readJson(c.req.raw, bodyLimits.small, "send a smaller input") : {};
    return runExample(c, c.req.param("name"), body);
  });
  app.get("/examples/:name/executions/:id", async (c) =>
    c.json(await showExample(c.req.param("name"), c.req.param("id"), examples)),
  );
  app.get("/openapi.json", (c) => c.json(openApi(publicAddress(c.env.event), environment.AUTHENTICATION)));

  refuseOtherMethods(app);
  app.notFound((c) => refuse(c, new ApiFailure("NotFound", `There is no route "${c.req.path.slice(0, 200)}".`)));
  app.onError((error, c) => refuse(c, asFailure(error)));
  return app;
}

function corsFor(origins: readonly string[]) {
  return cors({
    origin: origins.includes("*") ? "*" : [...origins],
    allowMethods: ["GET", "POST", "DELETE"],
    exposeHeaders: ["location", "retry-after"],
    maxAge: 3_600,
  });
}

function accepted(c: Call, started: { executionId: string; status: string }, path: string) {
  const statusUrl = `${publicAddress(c.env.event)}${path}`;
  return c.json({ ...started, statusUrl }, 202, { location: statusUrl });
}

function hasBody(request: Request): boolean {
  return request.body !== null;
}

/** Adds a 405 response for the other methods of each path. Call it after all routes are registered. */
function refuseOtherMethods(app: Hono<{ Bindings: Bindings }>): void {
  const methods = groupBy(
    app.routes.filter(({ method }) => method !== "ALL"),
    ({ path }) => path,
  );
  for (const [path, routes] of methods) {
    const allow = routes.map(({ method }) => method).join(", ");
    app.all(path, (c) => {
      const message = `This path does not support ${c.req.method}: use ${allow}.`;
      return refuse(c, new ApiFailure("MethodNotAllowed", message, { headers: { allow } }));
    });
  }
}

function refuse(c: Call, failure: ApiFailure): Response {
  const { status, cause } = failure;
  if (status >= 500) log("ERROR", failure.message, { code: failure.code, ...errorFields(cause ?? failure) });
  return c.json(failure.body, status as ContentfulStatusCode, failure.headers);
}

async function logged(c: Call, next: () => Promise<void>): Promise<void> {
  const started = performance.now();
  await next();
  const ms = Math.round(performance.now() - started);
  const requestId = c.env.lambdaContext?.awsRequestId;
  log("INFO", "request", { requestId, method: c.req.method, path: c.req.path, status: c.res.status, ms });
}
