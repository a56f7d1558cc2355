import { once } from "node:events";
import { pathToFileURL } from "node:url";
// First, because they are effective only for imports after them.
import "./lazy-packages.ts";
import "./untraced-promises.ts";
import * as pulumi from "@pulumi/pulumi";
import { graphOf } from "./graph/graph.ts";
import { accountId } from "./identity.ts";
import { plainOutputs } from "./outputs.ts";
import { record } from "./recorder.ts";
import { type CaptureAnswer, CaptureRequest } from "./request.ts";
import { readStack } from "./stack-file.ts";
import { Unknowns } from "./unknowns.ts";

/**
 * Evaluates a Pulumi program in this process, with mocks instead of the engine, and sends the resource graph to the
 * parent process. The program may print anything.
 */
async function evaluate({ root, stack, overrides, endpointBase, purpose }: CaptureRequest): Promise<CaptureAnswer> {
  const { project, program, values, secretKeys, warnings } = readStack(root, stack, overrides, purpose);
  const region = values["aws:region"] ?? "us-east-1";
  // The engine starts programs in the project's folder, and programs may use paths relative to it.
  process.chdir(root);
  const unknowns = purpose === "compare" ? new Unknowns() : undefined;
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => void failures.push(error);
  const identity = { project, stack, region, endpointBase, purpose };
  const resources = await record(identity, { onFailure, ...(unknowns && { unknowns }) });
  pulumi.runtime.setAllConfig({ ...values }, [...secretKeys]);
  const exported: Record<string, unknown> = await import(pathToFileURL(program).href);
  const outputs = await plainOutputs(exported);
  await pulumi.runtime.disconnect();
  if (failures.length > 0) throw failures[0];
  if (!unknowns) return { graph: graphOf({ root, project, stack, region, resources, outputs, warnings }) };
  const configuration = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, { value, secret: secretKeys.includes(key) }]),
  );
  const { unknown, calls } = unknowns;
  return { declared: { project, stack, region, accountId, resources, outputs, configuration, unknown, calls } };
}

function answer(message: CaptureAnswer): void {
  process.send?.(message, () => process.exit(0));
}

function fail(error: unknown): void {
  const { name, message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  const nameless = name === "Error" && pulumi.RunError.isInstance(error);
  answer({ error: { name: nameless ? "RunError" : name, message, stack } });
}

// When a resource cannot be created, promises that nothing here awaits are rejected too.
process.on("unhandledRejection", fail);
const [request] = await once(process, "message");
evaluate(CaptureRequest.parse(request)).then(answer, fail);
