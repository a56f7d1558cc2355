import { createHash } from "node:crypto";
import { ecrHandlers } from "./aws/ecr.ts";
import { eventsHandlers } from "./aws/events.ts";
import { gatewayHandlers } from "./aws/gateway.ts";
import { iamHandlers } from "./aws/iam.ts";
import { kmsHandlers } from "./aws/kms.ts";
import { lambdaHandlers } from "./aws/lambda.ts";
import { s3Handlers } from "./aws/s3.ts";
import { statesHandlers } from "./aws/states.ts";
import { watchHandlers } from "./aws/watch.ts";
import { declaredOf } from "./declared.ts";
import { dockerBuildHandlers } from "./docker-build.ts";
import type { Handler } from "./handler.ts";

const handlers: Readonly<Record<string, Handler>> = {
  ...dockerBuildHandlers,
  ...ecrHandlers,
  ...eventsHandlers,
  ...gatewayHandlers,
  ...iamHandlers,
  ...kmsHandlers,
  ...lambdaHandlers,
  ...s3Handlers,
  ...statesHandlers,
  ...watchHandlers,
};

/** The handler of a type. A type that cannot be verified here is only stored; the lane's table shows that. */
export function handlerOf(type: string): Handler {
  return handlers[type] ?? unverified(type);
}

function unverified(type: string): Handler {
  const { inputs, outputs } = declaredOf(type);
  return {
    verifier: "nobody",
    ...(inputs.has("name") && { autoName: "name" }),
    async create(given) {
      const id = createHash("sha256")
        .update(`${type}${JSON.stringify(given)}`)
        .digest("hex")
        .slice(0, 20);
      return { id, outputs: Object.fromEntries([...outputs].map((key) => [key, `${key}-${id}`])) };
    },
    update: async () => ({}),
  };
}
