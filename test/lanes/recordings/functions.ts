import { AwsError, type Invocation, type Invoker } from "../../../packages/local-aws/src/service.ts";
import type { Clock } from "../../../packages/local-aws/src/states/clock.ts";
import type { Behaviour, Json } from "./case.ts";
import { isObject } from "./case.ts";

/** Functions that behave like the recorded functions. */
export function functionsOf(behaviours: Readonly<Record<string, Behaviour>>, clock: Clock): Invoker {
  return {
    async invoke({ functionArn, payload, signal }): Promise<Invocation> {
      const behaviour = behaviours[functionArn.split(":")[6] ?? ""];
      if (behaviour === undefined) {
        throw new AwsError("ResourceNotFoundException", `Function not found: ${functionArn}`, 404);
      }
      const requestId = crypto.randomUUID();
      const log = `START RequestId: ${requestId}\nEND RequestId: ${requestId}\n`;
      const answer = { requestId, executedVersion: "$LATEST", logTail: log };
      switch (behaviour.kind) {
        case "echo":
          return { ...answer, payload };
        case "value":
          return { ...answer, payload: JSON.stringify(behaviour.value) };
        case "text":
          return { ...answer, payload: JSON.stringify(behaviour.character.repeat(behaviour.bytes)) };
        case "decorate":
          return { ...answer, payload: JSON.stringify(`${behaviour.prefix}${shown(JSON.parse(payload) as Json)}`) };
        case "wait":
          await clock.sleep(behaviour.seconds * 1_000, signal ?? new AbortController().signal);
          return { ...answer, payload };
        case "raise": {
          const { errorMessage, errorType } = behaviour;
          const error = { errorMessage, errorType, requestId: answer.requestId, stackTrace: [] };
          return { ...answer, payload: JSON.stringify(error), functionError: "Unhandled" };
        }
      }
    },
  };
}

/** Formats a value as Python does in a formatted string: a text unchanged, any other value as its literal. */
function shown(value: Json): string {
  return typeof value === "string" ? value : literal(value);
}

function literal(value: Json): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (!isObject(value)) return String(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `'${key}': ${literal(item)}`)
    .join(", ")}}`;
}
