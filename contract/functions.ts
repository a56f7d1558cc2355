/**
 * The Lambda functions of the product: the single list that the program, the image build, the ASL files and the tests use.
 * `handler` is the image command (module path under the task root and export); `target` is the Dockerfile stage.
 */
export interface FunctionDefinition {
  readonly handler: string;
  readonly target: "light" | "classify";
  /** The settings of its memory and time begin with this: `mapMemory`, `mapTimeout`. */
  readonly settings: "api" | "map" | "classify" | "reduce" | "notify" | "example";
  /** Deployed only when the stack's `examples` is true; neither watched by alarms nor part of the costs. */
  readonly example?: true;
}

export const functionDefinitions = {
  api: { handler: "api/handler.handler", target: "light", settings: "api" },
  map: { handler: "map/handler.handler", target: "light", settings: "map" },
  classify: { handler: "classify/handler.handler", target: "classify", settings: "classify" },
  reduce: { handler: "reduce/handler.handler", target: "light", settings: "reduce" },
  notify: { handler: "notify/handler.handler", target: "light", settings: "notify" },
  "example-message": {
    handler: "examples/message/handler.handler",
    target: "light",
    settings: "example",
    example: true,
  },
  "example-start": { handler: "examples/start/handler.handler", target: "light", settings: "example", example: true },
  "example-branch": { handler: "examples/branch/handler.handler", target: "light", settings: "example", example: true },
  "example-merge": { handler: "examples/merge/handler.handler", target: "light", settings: "example", example: true },
} as const satisfies Record<string, FunctionDefinition>;
export type FunctionName = keyof typeof functionDefinitions;

/** The functions that are deployed only as examples. */
export type ExampleFunctionName = {
  [Name in FunctionName]: (typeof functionDefinitions)[Name] extends { readonly example: true } ? Name : never;
}[FunctionName];

/** The functions that serve users, in every stack. */
export type ServingFunctionName = Exclude<FunctionName, ExampleFunctionName>;

const names = Object.keys(functionDefinitions) as FunctionName[];
const isExample = (name: FunctionName): name is ExampleFunctionName => "example" in functionDefinitions[name];
export const exampleFunctionNames: readonly ExampleFunctionName[] = names.filter(isExample);
export const servingFunctionNames: readonly ServingFunctionName[] = names.filter(
  (name): name is ServingFunctionName => !isExample(name),
);

/** The alias of the function `api` that the gateway calls, and of the state machines that the API starts. */
export const liveAlias = "live";

/** Name of the ASL placeholder for the ARN of a function's version: `example-start` becomes `ExampleStartFunctionArn`. */
export function functionPlaceholder(name: FunctionName): string {
  const pascal = name.replace(/(^|-)(\w)/g, (_match, _dash, letter: string) => letter.toUpperCase());
  return `${pascal}FunctionArn`;
}
