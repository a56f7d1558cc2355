import type { CapturedResource } from "../program/program.ts";
import { type Sentence, say } from "../report/sentence.ts";
import type { Names } from "../resources/names.ts";
import type { Workflow } from "./states.ts";

const defaultFunctionSeconds = 3;

/** The ARN of a function without its version or alias. */
const unqualified = (arn: string): string => arn.split(":").slice(0, 7).join(":");

/** States whose timeout is shorter than that of the function that they call, by name. */
export function shortTimeouts(
  workflow: Workflow,
  resources: readonly CapturedResource[],
  names: Names,
): ReadonlyMap<string, Sentence> {
  const functions = new Map(
    resources
      .filter(({ type }) => type === "aws:lambda/function:Function")
      .map((each) => [String(each.outputs["arn"]), each]),
  );
  const found = new Map<string, Sentence>();
  for (const { name, body } of workflow.states.values()) {
    const called = functions.get(unqualified(calledArn(body)));
    const waits = Number(body["TimeoutSeconds"]);
    if (!called || Number.isNaN(waits)) continue;
    const runs = Number(called.inputs["timeout"] ?? defaultFunctionSeconds);
    if (waits < runs) {
      found.set(
        name,
        say`state ${name} waits ${waits} s for function ${names.of(called)}, which may run ${runs} s: the call is given up and goes on`,
      );
    }
  }
  return found;
}

function calledArn(body: Readonly<Record<string, unknown>>): string {
  const { Parameters, Arguments, Resource } = body as Readonly<
    Record<string, { FunctionName?: unknown } | string | undefined>
  >;
  for (const parameters of [Parameters, Arguments]) {
    if (typeof parameters === "object" && typeof parameters.FunctionName === "string") return parameters.FunctionName;
  }
  return typeof Resource === "string" ? Resource : "";
}
