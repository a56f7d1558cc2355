import { bundleMessage, CallOrigin, callMessage } from "../../contract/call-line.ts";
import { bundleOf } from "./bundle-line.ts";
import { inCall } from "./current-call.ts";
import { log } from "./log.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Makes a Lambda handler that logs one line when a call begins (contract/call-line.ts), even if the call then kills its
 * sandbox, and whose other lines have the call's request id.
 */
export function called<Event, Context extends readonly unknown[], Result>(
  handler: (event: Event, ...context: Context) => Promise<Result>,
): (event: Event, ...context: Context) => Promise<Result> {
  return (event, ...context) =>
    inCall(requestIdOf(context[0]), async () => {
      log("INFO", callMessage, { ...originOf(event), ...workOf(event) });
      try {
        return await handler(event, ...context);
      } catch (error) {
        const bundle = await bundleOf(error);
        if (bundle) log("INFO", bundleMessage, bundle);
        throw error;
      }
    });
}

function requestIdOf(context: unknown): string | undefined {
  const { awsRequestId } = fieldsOf(context);
  return typeof awsRequestId === "string" ? awsRequestId : undefined;
}

/** A call from outside a workflow, such as a test in AWS's console, names no origin. */
function originOf(event: unknown): Fields {
  return CallOrigin.safeParse(fieldsOf(event)["call"]).data ?? {};
}

/** The event has not been validated: a call with a wrong event is logged too. */
function workOf(event: unknown): Fields {
  const { executionId, BatchInput, Items, classified } = fieldsOf(event);
  const id = executionId ?? fieldsOf(BatchInput)["executionId"] ?? fieldsOf(classified)["executionId"];
  const { index } = fieldsOf(Array.isArray(Items) ? Items[0] : undefined);
  return {
    ...(typeof id === "string" && { executionId: id }),
    ...(typeof index === "number" && { firstIndex: index }),
    ...(Array.isArray(Items) && { images: Items.length }),
  };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
