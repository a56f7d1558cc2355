/**
 * The Lambda functions of the product: the single list that the program, the image build, the ASL files and the tests use.
 * `handler` is the image command (module path under the task root and export); `target` is the Dockerfile stage.
 */
export interface FunctionDefinition {
  readonly handler: string;
  readonly target: "light" | "classify";
  /** Deployed only when the stack's `examples` is true. */
  readonly example?: true;
}

export const functionDefinitions = {
  api: { handler: "api/handler.handler", target: "light" },
  map: { handler: "map/handler.handler", target: "light" },
  classify: { handler: "classify/handler.handler", target: "classify" },
  reduce: { handler: "reduce/handler.handler", target: "light" },
  "example-message": { handler: "examples/message/handler.handler", target: "light", example: true },
  "example-start": { handler: "examples/start/handler.handler", target: "light", example: true },
  "example-branch": { handler: "examples/branch/handler.handler", target: "light", example: true },
  "example-merge": { handler: "examples/merge/handler.handler", target: "light", example: true },
} as const satisfies Record<string, FunctionDefinition>;
export type FunctionName = keyof typeof functionDefinitions;

/** The alias of the function `api` that the gateway calls, and of the state machines that the API starts. */
export const liveAlias = "live";

/** Name of the ASL placeholder for the ARN of a function's version: `example-start` becomes `ExampleStartFunctionArn`. */
export function functionPlaceholder(name: FunctionName): string {
  const pascal = name.replace(/(^|-)(\w)/g, (_match, _dash, letter: string) => letter.toUpperCase());
  return `${pascal}FunctionArn`;
}
