/** Lambda function `notify` (infra/notifications/notifications.ts): sends the webhook of an execution that ended. */
import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient } from "@aws-sdk/client-sfn";
import { functionEnvironments } from "../../contract/environment.ts";
import { clientOptions } from "../shared/aws-client.ts";
import { called } from "../shared/call.ts";
import { lazy } from "../shared/lazy.ts";
import { deliver } from "./deliver.ts";
import { notify } from "./notify.ts";

const environment = functionEnvironments.notify.parse(process.env);
/** Loaded only to record a failure. */
const objects = lazy(async () => (await import("../shared/objects.ts")).jsonObjects());
const states = new SFNClient(clientOptions());

const services = {
  bucket: environment.BUCKET_NAME,
  apiUrl: environment.API_URL,
  objects: {
    write: async (...args: Parameters<Awaited<ReturnType<typeof objects>>["write"]>) =>
      (await objects()).write(...args),
  },
  describe: async (executionArn: string) => {
    try {
      return await states.send(new DescribeExecutionCommand({ executionArn }));
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return undefined;
      throw error;
    }
  },
  stateMachineArn: environment.STATE_MACHINE_ARN,
  deliver,
  rules: {
    hosts: environment.NOTIFY_HOSTS,
    secrets: environment.WEBHOOK_SECRETS,
    authorities: environment.NOTIFY_AUTHORITIES,
  },
};

export const handler = called((event: unknown) => notify(event, services));
