import { GetObjectCommand } from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  TestStateCommand,
} from "@aws-sdk/client-sfn";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { z } from "zod";
import type { Clients } from "./clients.ts";

/** The response to an operation, as JSON. The status is 200 unless the operation forwards another status. */
export interface Reply {
  readonly status?: number;
  readonly body: unknown;
}

export type Operation = (clients: Clients, input: unknown) => Promise<Reply>;

/** Seconds for which the URL of a picture is valid. */
const pictureSeconds = 15 * 60;

/** The operations of Step Functions that the page uses, by their AWS names. */
const states = {
  DescribeExecution: statesOperation(DescribeExecutionCommand),
  DescribeMapRun: statesOperation(DescribeMapRunCommand),
  DescribeStateMachine: statesOperation(DescribeStateMachineCommand),
  DescribeStateMachineForExecution: statesOperation(DescribeStateMachineForExecutionCommand),
  GetExecutionHistory: statesOperation(GetExecutionHistoryCommand),
  ListExecutions: statesOperation(ListExecutionsCommand),
  ListMapRuns: statesOperation(ListMapRunsCommand),
  RedriveExecution: statesOperation(RedriveExecutionCommand),
  StartExecution: statesOperation(StartExecutionCommand),
  StopExecution: statesOperation(StopExecutionCommand),
  TestState: statesOperation(TestStateCommand),
};

const ObjectReference = z.object({ Bucket: z.string(), Key: z.string() });

/**
 * A request to the product's API. The path must not contain a host, or anything that a URL parser would resolve to a
 * different path.
 */
const ApiCall = z.object({
  method: z.enum(["GET", "POST", "DELETE"]),
  path: z.string().regex(/^\/(?![/\\])[^\\#\s]*$/),
  body: z.unknown().optional(),
});

/** All operations that the page may call: `/aws/<service>/<operation>`. */
export const operations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  states,
  s3: {
    /** Returns a presigned URL of the object, which an `img` element can load. */
    async GetObject({ s3 }, input) {
      const command = new GetObjectCommand(ObjectReference.parse(input));
      return { body: { url: await getSignedUrl(s3, command, { expiresIn: pictureSeconds }) } };
    },
  },
  "execute-api": {
    async Invoke({ api }, input) {
      const { method, path, body } = ApiCall.parse(input);
      const response = await fetch(api.url + path, {
        method,
        redirect: "manual",
        headers: {
          ...(api.key === undefined ? {} : { "x-api-key": api.key }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json().catch(() => undefined) };
    },
  },
};

/** Runs one SDK command. The service validates its input. */
function statesOperation<Command>(Command: new (input: never) => Command): Operation {
  return async ({ states }, input) => {
    const { $metadata: _, ...body } = await states.send(new Command(input as never) as never);
    return { body };
  };
}
