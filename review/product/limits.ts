import { lambdaLimits, statesLimits } from "../../contract/limits.ts";
import type { Finding } from "../finding.ts";
import type { CapturedResource, Program } from "../program/program.ts";
import { type Sentence, say } from "../report/sentence.ts";
import type { Names } from "../resources/names.ts";
import type { Sides } from "../resources/sides.ts";

interface Bound {
  readonly key: string;
  readonly sentence: Sentence;
}

/** Limits of AWS that take effect at the head but not at the base. */
export function limitFindings({ before, after, names }: Sides): readonly Finding[] {
  const known = new Set(boundsOf(before, names).map(({ key }) => key));
  return boundsOf(after, names)
    .filter(({ key }) => !known.has(key))
    .map(({ sentence }) => ({ section: "Configuration", rule: "limit-binds", sentence }));
}

function boundsOf({ resources }: Program, names: Names): readonly Bound[] {
  return resources.flatMap((resource) => [...functionBounds(resource, names), ...machineBounds(resource, names)]);
}

function functionBounds(resource: CapturedResource, names: Names): readonly Bound[] {
  if (resource.type !== "aws:lambda/function:Function") return [];
  const name = names.of(resource);
  const { memorySize, timeout, reservedConcurrentExecutions } = resource.inputs as Readonly<
    Record<string, number | undefined>
  >;
  const bounds: Bound[] = [];
  if ((memorySize ?? 0) > lambdaLimits.newAccountMaxMemoryMb) {
    bounds.push({
      key: `memory ${name}`,
      sentence: say`function ${name} asks for ${memorySize ?? 0} MB: an account whose quota was not raised allows ${lambdaLimits.newAccountMaxMemoryMb}`,
    });
  }
  if ((timeout ?? 0) > lambdaLimits.maxTimeoutSeconds) {
    bounds.push({
      key: `timeout ${name}`,
      sentence: say`function ${name} asks for ${timeout ?? 0} s: Lambda allows ${lambdaLimits.maxTimeoutSeconds}`,
    });
  }
  if ((reservedConcurrentExecutions ?? -1) >= 0) {
    bounds.push({
      key: `concurrency ${name}`,
      sentence: say`function ${name} reserves ${reservedConcurrentExecutions ?? 0} calls at once: an account whose quota was not raised refuses any reservation`,
    });
  }
  return bounds;
}

function machineBounds(resource: CapturedResource, names: Names): readonly Bound[] {
  if (resource.type !== "aws:sfn/stateMachine:StateMachine") return [];
  const name = names.of(resource);
  const text = String(resource.inputs["definition"] ?? "");
  const bounds: Bound[] = [];
  if (Buffer.byteLength(text) > statesLimits.definitionBytes) {
    bounds.push({
      key: `definition ${name}`,
      sentence: say`the definition of workflow ${name} is larger than 1 MB: Step Functions refuses it`,
    });
  }
  for (const [, at = ""] of text.matchAll(/"MaxConcurrency":(\d+)/g)) {
    if (Number(at) > statesLimits.inlineMapConcurrency && !text.includes("DISTRIBUTED")) {
      bounds.push({
        key: `map ${name}`,
        sentence: say`a Map of workflow ${name} asks for ${Number(at)} iterations at once: an inline Map runs ${statesLimits.inlineMapConcurrency}`,
      });
    }
  }
  return bounds;
}
