/** The package's public entry point: evaluates a Pulumi program and serves the AWS resources that it declares. */
export { CaptureError, type CaptureOptions, capture, captureDeclared } from "./capture/capture.ts";
export { readStack, StackFileError } from "./capture/stack-file.ts";
export { clientEnvironment } from "./client-environment.ts";
export { FaultFileError, readFaults } from "./faults/fault-file.ts";
export { Faults } from "./faults/faults.ts";
export type {
  CapturedResource,
  Declared,
  FunctionResource,
  Graph,
  PolicyDocument,
  ResourceOptions,
  RoleResource,
} from "./graph.ts";
export { expandActions, takesResources } from "./iam/cloud-copilot/expand.ts";
export { type KeyPair, keptKeyPair } from "./iam/operator-key.ts";
export { policyEvaluator } from "./iam/policy-evaluator.ts";
export type { PolicyEvaluator, PolicyQuestion, Verdict } from "./iam/policy-question.ts";
export { UnservedProgram } from "./images/unserved.ts";
export type { Lambda } from "./lambda/lambda.ts";
export { describeNode, NoNode, type SandboxNode } from "./lambda/sandbox/sandbox-node.ts";
export { apiGatewayLimits, lambdaLimits, statesLimits } from "./limits.ts";
export { createRuntime, type Runtime, type RuntimeOptions } from "./runtime.ts";
export type { S3 } from "./s3/s3.ts";
export { type Served, type ServeOptions, serve } from "./serve.ts";
export { listen, type RunningServer } from "./server/server.ts";
export { AwsError, type Invoker } from "./service.ts";
export { InvalidDefinitions } from "./states/index.ts";
