/** The public entry of the package: evaluate a Pulumi program, and serve the AWS resources that it declares. */
export { CaptureError, type CaptureOptions, capture } from "./capture/capture.ts";
export { readStack, StackFileError } from "./capture/stack-file.ts";
export { clientEnvironment } from "./client-environment.ts";
export type { CapturedResource, FunctionResource, Graph, PolicyDocument, RoleResource } from "./graph.ts";
export { type KeyPair, keptKeyPair } from "./iam/operator-key.ts";
export { UnservedProgram } from "./images/unserved.ts";
export type { Lambda } from "./lambda/lambda.ts";
export { describeNode, NoNode, type SandboxNode } from "./lambda/sandbox-node.ts";
export { apiGatewayLimits, lambdaLimits, statesLimits } from "./limits.ts";
export { createRuntime, type Runtime, type RuntimeOptions } from "./runtime.ts";
export type { S3 } from "./s3/s3.ts";
export { type Served, type ServeOptions, serve } from "./serve.ts";
export { listen, type RunningServer } from "./server/server.ts";
export { AwsError, type Invoker } from "./service.ts";
export { InvalidDefinitions } from "./states/index.ts";
