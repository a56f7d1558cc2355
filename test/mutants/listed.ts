import { readFileSync } from "node:fs";
import path from "node:path";
import type { Mutant } from "./mutants.ts";

/**
 * Changes that the tests did not notice in the past. Now a test must notice each of them. The text must occur in its
 * file exactly once.
 */
const listed: readonly (readonly [file: string, text: string, replacement: string])[] = [
  ["functions/shared/aws-client.ts", "throwOnRequestTimeout: true", "throwOnRequestTimeout: false"],
  ["functions/shared/state-size.ts", "const indexBytes = 8;", "const indexBytes = 0;"],
  ["functions/classify/batch.ts", "const reserveMs = 1_000;", "const reserveMs = 0;"],
  ["functions/classify/decode/decode.ts", "limitInputPixels: rules.maxPixels,", "limitInputPixels: false,"],
  ["functions/api/classification.ts", "images.map(normalise)", "images"],
  ["statemachine/workflow.ts", "const graceSeconds = 45;", "const graceSeconds = 1;"],
  ["packages/local-aws/src/states/interpreter/frame.ts", "${this.run.arn} ${this.enteredId} ", "${this.run.arn} "],
  [
    "packages/local-aws/src/states/interpreter/execution.ts",
    "this.#timeoutSeconds * 1_000 - spent",
    "this.#timeoutSeconds * 1_000",
  ],
  ["packages/local-aws/src/sigv4/verify.ts", '!signed.signedHeaders.includes("host") ||', ""],
  ["packages/local-aws/src/apigateway/usage.ts", 'period === "MONTH"', 'period !== "DAY"'],
];

const story = (name: string): string => `test/lanes/engine/${name}.test.ts`;
/** Start of a list of retriers. */
const retry = '\n      "Retry": [\n        {\n          "ErrorEquals": [\n';

/**
 * Changes that only show when a stack is deployed again. A test of the file of the lane `engine` must fail, whatever other
 * tests notice.
 */
const deployed: readonly (readonly [file: string, text: string, replacement: string, story: string])[] = [
  ["infra/workers/image.ts", "dependsOn: [policy], retainOnDelete: true", "dependsOn: [policy]", story("images")],
  [
    "infra/api/proxy-route.ts",
    "args.parts.add(\n      aws.apigateway.IntegrationResponse,\n      ",
    "new aws.apigateway.IntegrationResponse(\n      ",
    story("gateway"),
  ],
  [
    "statemachine/deep-learning-workflow.asl.json",
    `"TimeoutSeconds": "\${MapTimeoutSeconds}",${retry}            "Lambda.CodeArtifactUserPendingException",\n`,
    `"TimeoutSeconds": "\${MapTimeoutSeconds}",${retry}`,
    story("models"),
  ],
  [
    "infra/policies.ts",
    '{ Condition: { "ForAnyValue:StringEquals": { "states:StateMachineQualifier": liveAlias } } }',
    "{}",
    story("releases"),
  ],
  [
    "infra/workflows/state-machine.ts",
    "dependsOn: [...grants, ...ready],",
    "dependsOn: [...grants],",
    story("releases"),
  ],
  ["infra/workflows/state-machine.ts", "replaceWith: [this.stateMachine],", "", story("releases")],
];

/**
 * Changes that the tests must notice.
 * @param root folder of the project. @throws when a text does not occur exactly once in its file, because the list is
 * then out of date
 */
export function listedMutants(root: string): readonly Mutant[] {
  return listed.map(([file, text, replacement]) => mutantOf(root, file, text, replacement));
}

/** Changes that the stories of the lane `engine` must notice. Parameter and errors are those of `listedMutants`. */
export function deployedMutants(root: string): readonly Mutant[] {
  return deployed.map(([file, text, replacement, by]) => ({ ...mutantOf(root, file, text, replacement), story: by }));
}

function mutantOf(root: string, file: string, text: string, replacement: string): Mutant {
  const source = readFileSync(path.join(root, file), "utf8");
  const [before = "", ...rest] = source.split(text);
  if (rest.length !== 1)
    throw new Error(`"${text}" is ${rest.length} times in ${file}, not once: correct test/mutants/listed.ts`);
  const shown = (code: string) => code.replaceAll(/\s+/g, " ").trim();
  return {
    file,
    line: before.split("\n").length,
    from: before.length,
    to: before.length + text.length,
    replacement,
    change: `"${shown(text)}": "${shown(replacement)}"`,
  };
}
