import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  curlCommand,
  redriveCommand,
  shellQuote,
  signedCurlCommand,
  startCommand,
  stopCommand,
  testCommand,
} from "./commands.ts";

const target = { api: "http://localhost:8080", region: "us-east-1", awsEndpoint: "http://localhost:8080" };
const hostile = ["it's", "$(touch /tmp/x)", "`id`", 'a"b', "a\nb", "\\", "-n", "", "!!", "*", "'; exit 1; '"];

/** The arguments that a shell parses from a command. */
function argumentsOf(command: string): readonly string[] {
  const script = `f() { printf '%s\\0' "$@"; }; KEY=the-key ROLE_ARN=the-role; f ${command}`;
  return execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
}

it.each(hostile)("a shell reads %j as the word that was quoted", (text) => {
  expect(argumentsOf(shellQuote(text))).toEqual([text]);
});

it("a shell reads any ASCII text as the word that was quoted", () => {
  // Arguments cannot contain a zero byte.
  const texts = fc.string({ unit: "binary-ascii" }).filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(texts, (text) => {
      expect(argumentsOf(shellQuote(text))).toEqual([text]);
    }),
    { numRuns: 25 },
  );
});

it("the commands carry hostile input unchanged, and $KEY instead of a key", () => {
  const input = JSON.stringify({ message: hostile.join(" ") });
  const start = argumentsOf(startCommand("arn:machine", input, target));
  expect(start).toEqual([
    ...["aws", "stepfunctions", "start-execution", "--endpoint-url", target.awsEndpoint],
    ...["--state-machine-arn", "arn:machine", "--input", input],
  ]);
  const curl = curlCommand("POST", "/classify", input, target);
  expect(argumentsOf(curl)).toContain(input);
  expect(curl).toContain('"x-api-key: $KEY"');
  expect(argumentsOf(curl)).toContain("x-api-key: the-key");
});

it("names the operation and the execution; without an endpoint the command goes to AWS", () => {
  const aws = { api: "https://api.example", region: "eu-west-1" };
  expect(stopCommand("arn:e", aws)).toBe("aws stepfunctions stop-execution --execution-arn arn:e");
  expect(redriveCommand("arn:e", aws)).toBe("aws stepfunctions redrive-execution --execution-arn arn:e");
  expect(curlCommand("DELETE", "/executions/e", undefined, aws)).toMatch(
    /-X DELETE https:\/\/api\.example\/executions\/e/,
  );
});

it("a signed request carries hostile input unchanged, and credentials only from the environment", () => {
  const input = JSON.stringify({ message: hostile.join(" ") });
  const command = signedCurlCommand("StartExecution", { stateMachineArn: "arn:machine", input }, target);
  const words = argumentsOf(command);
  expect(JSON.parse(words[words.indexOf("-d") + 1] ?? "")).toEqual({ stateMachineArn: "arn:machine", input });
  expect(words).toContain("x-amz-target: AWSStepFunctions.StartExecution");
  expect(words.at(-1)).toBe(target.awsEndpoint);
  expect(command).toContain('--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"');
  const aws = { api: "https://api.example", region: "eu-west-1" };
  expect(signedCurlCommand("RedriveExecution", {}, aws)).toMatch(/ https:\/\/states\.eu-west-1\.amazonaws\.com\/$/);
});

it("a state is tried with the definition itself and the role from the environment", () => {
  const definition = JSON.stringify({ StartAt: "It's", States: { "It's": { Type: "Pass", End: true } } });
  const words = argumentsOf(testCommand(definition, "It's", "{}", target));
  expect(words).toEqual(expect.arrayContaining(["--definition", definition, "--state-name", "It's"]));
  expect(words.slice(-2)).toEqual(["--role-arn", "the-role"]);
  const input = { definition, roleArn: "$ROLE_ARN", stateName: "It's", input: "{}" };
  const signed = argumentsOf(signedCurlCommand("TestState", input, target));
  expect(JSON.parse(signed[signed.indexOf("-d") + 1] ?? "")).toEqual({ ...input, roleArn: "the-role" });
});
