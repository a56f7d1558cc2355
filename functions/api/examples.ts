import { randomUUID } from "node:crypto";
import * as z from "zod";
import { type ExampleName, type ExecutionStatus, exampleNames } from "../../contract/http.ts";
import { ApiFailure } from "./api-failure.ts";
import { check } from "./body.ts";
import { findExecution } from "./held.ts";
import { exampleView } from "./view.ts";
import type { Workflows } from "./workflows.ts";

export interface ExampleServices {
  readonly workflows: Workflows;
  readonly machineArns: Readonly<Partial<Record<ExampleName, string>>>;
}

const Branch = z.object({ url: z.string().min(1) });

/** The input of each example. It is validated here because a state machine cannot catch a missing input path. */
export const exampleInputs = {
  "single-task": z.looseObject({}),
  "branch-map-reduce": z.looseObject({}),
  "three-images": z.object({ branch1: Branch, branch2: Branch, branch3: Branch }),
} as const satisfies Record<ExampleName, z.ZodType>;

function machineOf(name: string, { machineArns }: ExampleServices): { name: ExampleName; arn: string } {
  const known = exampleNames.find((each) => each === name);
  const arn = known && machineArns[known];
  if (known && arn) return { name: known, arn };
  throw new ApiFailure(
    "NotFound",
    known
      ? `The example "${known}" is not deployed: set "examples" to true in the stack's configuration.`
      : `There is no example "${name.slice(0, 100)}": the examples are "${exampleNames.join('", "')}".`,
  );
}

/** Starts an example. @throws ApiFailure "NotFound", "InvalidRequest" */
export async function startExample(
  exampleName: string,
  body: unknown,
  services: ExampleServices,
): Promise<{ executionId: string; status: ExecutionStatus }> {
  const { name, arn } = machineOf(exampleName, services);
  const input = check(exampleInputs[name], body, `the input of the example "${name}"`);
  const executionId = randomUUID();
  await services.workflows.start(arn, executionId, JSON.stringify(input));
  return { executionId, status: "RUNNING" };
}

/** @throws ApiFailure "NotFound" */
export async function showExample(exampleName: string, executionId: string, services: ExampleServices) {
  const { arn } = machineOf(exampleName, services);
  return exampleView(executionId, await findExecution(services.workflows, arn, executionId));
}
