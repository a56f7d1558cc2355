/** Lambda function `api` (infra/api.ts): the HTTP API behind API Gateway's proxy integration. */
import { handle, type LambdaContext, type LambdaEvent } from "hono/aws-lambda";
import { functionEnvironments } from "../../contract/environment.ts";
import { jsonObjects } from "../shared/objects.ts";
import { createApp } from "./app.ts";
import { atRoute, type ProxyEvent } from "./public-address.ts";
import { signing } from "./signing.ts";
import { stepFunctions } from "./workflows.ts";

const endpoint = process.env["AWS_ENDPOINT_URL_SFN"] ?? process.env["AWS_ENDPOINT_URL"];
const app = createApp({
  environment: functionEnvironments.api.parse(process.env),
  workflows: stepFunctions(endpoint),
  objects: jsonObjects(),
  signing: signing(),
});
const adapter = handle(app);

export const handler = (event: LambdaEvent & ProxyEvent, context: LambdaContext) => adapter(atRoute(event), context);
