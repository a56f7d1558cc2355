import { createRequire } from "node:module";
import { statesLimits } from "../../limits.ts";
import { type Definition, type State, statesOf } from "./definition.ts";
import { mapRefusals, repeatedLabels } from "./distributed-map-rules.ts";

/** A problem of a definition, in the shape that ValidateStateMachineDefinition answers with. */
export interface Diagnostic {
  readonly severity: "ERROR" | "WARNING";
  readonly code: string;
  readonly message: string;
  readonly location?: string;
}

/** What this interpreter runs in a Task state: the integration with its request and response, and a function by its ARN. */
export const lambdaIntegration = /^arn:aws[\w-]*:states:::lambda:invoke$/;
export const lambdaFunctionArn = /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;

const require = createRequire(import.meta.url);

const verdicts = new Map<string, readonly Diagnostic[]>();
const mostVerdicts = 100;

/** As `diagnose`, remembering the last verdicts: judging one definition takes about 100 ms. */
export function diagnoseOnce(text: string, type: "STANDARD" | "EXPRESS"): readonly Diagnostic[] {
  const key = `${type} ${text}`;
  const verdict = verdicts.get(key) ?? diagnose(text, type);
  if (verdicts.size >= mostVerdicts) verdicts.clear();
  verdicts.set(key, verdict);
  return verdict;
}

/** Everything wrong with a definition's text, as AWS would refuse it, or as this interpreter cannot run it. */
export function diagnose(text: string, type: "STANDARD" | "EXPRESS"): readonly Diagnostic[] {
  if (Buffer.byteLength(text) > statesLimits.definitionBytes) {
    return [problem("INVALID_DEFINITION", `The definition is larger than ${statesLimits.definitionBytes} bytes.`)];
  }
  let definition: Definition;
  try {
    definition = JSON.parse(text) as Definition;
  } catch (error) {
    return [problem("INVALID_JSON_DESCRIPTION", `The definition is not JSON: ${(error as Error).message}`)];
  }
  // Loaded only when there is something to judge: with its schemas it takes longer than the rest of a start.
  const validator = require("asl-validator") as typeof import("asl-validator").default;
  // The validator writes into what it is given.
  const { isValid, errors } = validator(structuredClone(definition), { checkPaths: true, checkArn: true });
  if (!isValid) {
    return errors.map((error) =>
      problem(
        error["Error code"] ?? "SCHEMA_VALIDATION_FAILED",
        error.Message ?? error.message ?? "The definition does not fit the states language.",
        error.path ?? error.instancePath,
      ),
    );
  }
  return [
    ...(definition.QueryLanguage === "JSONata" ? [jsonata("$")] : []),
    ...[...statesOf(definition, type === "EXPRESS")].flatMap((place) => refusals(...place)),
    ...repeatedLabels(definition).map((label) =>
      problem("DUPLICATE_LABEL", `More than one Map state has the Label "${label}"; it names their Map Runs.`),
    ),
  ];
}

function refusals(name: string, state: State, express: boolean): readonly Diagnostic[] {
  const location = `/States/${name}`;
  const found: Diagnostic[] = [];
  if (state.QueryLanguage === "JSONata") found.push(jsonata(location));
  if (state.Type === "Map") {
    found.push(...mapRefusals(name, state, express).map(([code, message]) => problem(code, message, location)));
  }
  if (state.Type === "Task" && !lambdaIntegration.test(state.Resource) && !lambdaFunctionArn.test(state.Resource)) {
    const known = '"arn:aws:states:::lambda:invoke" and the ARN of a Lambda function';
    found.push(
      problem(
        "UNSUPPORTED_RESOURCE",
        `The state '${name}' has the Resource "${state.Resource}"; this runtime runs ${known}.`,
        location,
      ),
    );
  }
  return found;
}

function jsonata(location: string): Diagnostic {
  return problem("UNSUPPORTED_QUERY_LANGUAGE", "This runtime runs the query language JSONPath, not JSONata.", location);
}

function problem(code: string, message: string, location?: string): Diagnostic {
  return { severity: "ERROR", code, message, ...(location === undefined ? {} : { location }) };
}
