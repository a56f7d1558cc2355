import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
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
import { decodeName, uploadNameKey } from "../../contract/upload-name.ts";
import type { Operation } from "./operation.ts";
import { uploadPhoto } from "./photo-upload.ts";
import { invokeApi, readResults } from "./product-api.ts";
import { Refusal } from "./refusal.ts";

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

/** What the page reads of one log group: other fields could name a group that this server does not check. */
const LogRequest = z.strictObject({
  logGroupName: z.string().min(1),
  startTime: z.number().int().nonnegative(),
  endTime: z.number().int().nonnegative().optional(),
  filterPattern: z.string().optional(),
  logStreamNames: z.array(z.string()).optional(),
  nextToken: z.string().optional(),
});

const ObjectReference = z.object({ Bucket: z.string(), Key: z.string() });

/** The largest plan that the page reads, to name images that have not been classified yet: about 100,000 references. */
const planBytes = 32 * 1024 * 1024;

/** All operations that the page may call: `/aws/<service>/<operation>`. */
export const operations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  states,
  logs: {
    async FilterLogEvents({ logs }, input) {
      const { events = [], nextToken } = await logs.send(new FilterLogEventsCommand(LogRequest.parse(input)));
      return { body: { events, nextToken } };
    },
  },
  s3: {
    /** Returns a presigned URL of the object, which an `img` element can load. */
    async GetObject({ s3 }, input) {
      const command = new GetObjectCommand(ObjectReference.parse(input));
      return { body: { url: await getSignedUrl(s3, command, { expiresIn: pictureSeconds }) } };
    },
    /** Returns the name of the file that was uploaded as this object, if the object has one. */
    async HeadObject({ s3 }, input) {
      const { Metadata } = await s3.send(new HeadObjectCommand(ObjectReference.parse(input)));
      const name = Metadata?.[uploadNameKey];
      return { body: name === undefined ? {} : { name: decodeName(name) } };
    },
    /** Returns the text of a plan: the items of an execution, which the page uses for the names of the images. */
    async ReadPlan({ s3 }, input) {
      const { Body, ContentLength = 0 } = await s3.send(new GetObjectCommand(ObjectReference.parse(input)));
      if (ContentLength <= planBytes) return { body: { text: await Body?.transformToString() } };
      await Body?.transformToWebStream().cancel();
      throw new Refusal(
        413,
        "PlanTooLarge",
        `The plan has ${ContentLength} bytes; the page reads at most ${planBytes}.`,
      );
    },
  },
  "execute-api": { Invoke: invokeApi, ReadResults: readResults, Upload: uploadPhoto },
};

/** Runs one SDK command. The service validates its input. */
function statesOperation<Command>(Command: new (input: never) => Command): Operation {
  return async ({ states }, input) => {
    const { $metadata: _, ...body } = await states.send(new Command(input as never) as never);
    return { body };
  };
}
