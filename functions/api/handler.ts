/** Lambda function `api` (infra/api/api.ts): the HTTP API behind API Gateway's proxy integration. */
import { handle, type LambdaContext, type LambdaEvent } from "hono/aws-lambda";
import { functionEnvironments } from "../../contract/environment.ts";
import { lazy } from "../shared/lazy.ts";
import { createApp } from "./app.ts";
import { atRoute, type ProxyEvent } from "./public-address.ts";
import { stepFunctions } from "./workflows.ts";

/**
 * Loaded by the first request that needs it: most requests only call Step Functions, and every module slows a cold
 * start.
 */
const signing = lazy(async () => (await import("./signing.ts")).signing());
const exists = lazy(async () => (await import("./object-exists.ts")).objectExists());
const objects = lazy(async () => (await import("../shared/objects.ts")).jsonObjects());

const endpoint = process.env["AWS_ENDPOINT_URL_SFN"] ?? process.env["AWS_ENDPOINT_URL"];
const app = createApp({
  environment: functionEnvironments.api.parse(process.env),
  workflows: stepFunctions(endpoint),
  objects: {
    write: async (location, text) => (await objects()).write(location, text),
    exists: async (location) => (await exists())(location),
  },
  signing: {
    download: async (location) => (await signing()).download(location),
    upload: async (location, bounds) => (await signing()).upload(location, bounds),
  },
});
const adapter = handle(app);

export const handler = (event: LambdaEvent & ProxyEvent, context: LambdaContext) => adapter(atRoute(event), context);
