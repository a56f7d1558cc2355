import { GetAliasCommand, GetFunctionCommand } from "@aws-sdk/client-lambda";
import { DescribeStateMachineCommand } from "@aws-sdk/client-sfn";
import { lambda, states } from "../moto.ts";
import { needed } from "../values.ts";
import type { Live } from "./read.ts";

export const liveFunctions: Readonly<Record<string, Live>> = {
  "aws:lambda/function:Function": async (id) => {
    const { Configuration = {}, Concurrency, Code } = await lambda.send(new GetFunctionCommand({ FunctionName: id }));
    return {
      memorySize: Configuration.MemorySize,
      timeout: Configuration.Timeout,
      role: Configuration.Role,
      environment: { variables: Configuration.Environment?.Variables ?? {} },
      imageUri: Code?.ImageUri,
      reservedConcurrentExecutions: Concurrency?.ReservedConcurrentExecutions ?? -1,
      lastModified: Configuration.LastModified,
    };
  },
  "aws:lambda/alias:Alias": async (_id, state) => {
    const name = { FunctionName: needed(state, "functionName"), Name: needed(state, "name") };
    return { functionVersion: (await lambda.send(new GetAliasCommand(name))).FunctionVersion };
  },
  "aws:sfn/stateMachine:StateMachine": async (id) => {
    const { definition, roleArn } = await states.send(new DescribeStateMachineCommand({ stateMachineArn: id }));
    return { definition, roleArn };
  },
};
