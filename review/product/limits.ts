import { apiGatewayLimits, iamLimits, lambdaLimits, statesLimits } from "../../contract/limits.ts";
import type { Finding } from "../finding.ts";
import type { CapturedResource, Program } from "../program/program.ts";
import { type Sentence, say, words } from "../report/sentence.ts";
import type { Names } from "../resources/names.ts";
import type { Sides } from "../resources/sides.ts";
import { workflowOf } from "../workflow/states.ts";

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
  const bounds = [...roleBounds(resources, names)];
  for (const resource of resources) {
    const readers = boundsByType[resource.type];
    if (readers) bounds.push(...readers(resource, names));
  }
  return bounds;
}

type Bounds = (resource: CapturedResource, names: Names) => readonly Bound[];

const boundsByType: Readonly<Record<string, Bounds>> = {
  "aws:lambda/function:Function": functionBounds,
  "aws:sfn/stateMachine:StateMachine": machineBounds,
  "aws:apigateway/integration:Integration": integrationBounds,
};

function functionBounds(resource: CapturedResource, names: Names): readonly Bound[] {
  const name = names.of(resource);
  const {
    memorySize = 0,
    timeout = 0,
    reservedConcurrentExecutions,
  } = resource.inputs as Readonly<Record<string, number | undefined>>;
  const { size: storage = 0 } = (resource.inputs["ephemeralStorage"] ?? {}) as { readonly size?: number };
  const { variables = {} } = (resource.inputs["environment"] ?? {}) as {
    readonly variables?: Readonly<Record<string, unknown>>;
  };
  const environment = Object.entries(variables).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(String(value)),
    0,
  );
  const { maxMemoryMb, newAccountMaxMemoryMb, maxTimeoutSeconds, maxEphemeralMb, environmentBytes } = lambdaLimits;
  const found: readonly (readonly [binds: boolean, key: string, sentence: Sentence])[] = [
    [
      memorySize > newAccountMaxMemoryMb,
      "memory of a new account",
      say`function ${name} asks for ${memorySize} MB: an account whose quota was not raised allows ${newAccountMaxMemoryMb}`,
    ],
    [memorySize > maxMemoryMb, "memory", say`function ${name} asks for ${memorySize} MB: Lambda allows ${maxMemoryMb}`],
    [
      timeout > maxTimeoutSeconds,
      "timeout",
      say`function ${name} asks for ${timeout} s: Lambda allows ${maxTimeoutSeconds}`,
    ],
    [
      storage > maxEphemeralMb,
      "storage",
      say`function ${name} asks for ${storage} MB of storage: Lambda allows ${maxEphemeralMb}`,
    ],
    [
      environment > environmentBytes,
      "environment",
      say`the environment variables of function ${name} have ${environment} bytes: Lambda allows ${environmentBytes}`,
    ],
    [
      reservedConcurrentExecutions === 0,
      "off",
      say`function ${name} can no longer be called: it reserves ${0} calls at once`,
    ],
    [
      (reservedConcurrentExecutions ?? 0) > 0,
      "concurrency",
      say`function ${name} reserves ${reservedConcurrentExecutions ?? 0} calls at once: an account whose quota was not raised refuses any reservation`,
    ],
  ];
  return found.flatMap(([binds, key, sentence]) => (binds ? [{ key: `${key} ${name}`, sentence }] : []));
}

function machineBounds(resource: CapturedResource, names: Names): readonly Bound[] {
  const name = names.of(resource);
  const text = String(resource.inputs["definition"] ?? "");
  const bounds: Bound[] = [];
  if (Buffer.byteLength(text) > statesLimits.definitionBytes) {
    bounds.push({
      key: `definition ${name}`,
      sentence: say`the definition of workflow ${name} is larger than 1 MB: Step Functions refuses it`,
    });
  }
  const { states, top } = workflowOf(parsed(text));
  const seconds = Number(top["TimeoutSeconds"] ?? 0);
  if (resource.inputs["type"] === "EXPRESS" && seconds > statesLimits.expressSeconds) {
    bounds.push({
      key: `express ${name}`,
      sentence: say`workflow ${name} waits up to ${seconds} s: an Express workflow ends after ${statesLimits.expressSeconds}`,
    });
  }
  for (const { name: state, body } of states.values()) {
    const { ItemProcessor, MaxConcurrency } = body as {
      readonly ItemProcessor?: { readonly ProcessorConfig?: { readonly Mode?: string } };
      readonly MaxConcurrency?: unknown;
    };
    const distributed = ItemProcessor?.ProcessorConfig?.Mode === "DISTRIBUTED";
    const most = distributed ? statesLimits.distributedMapConcurrency : statesLimits.inlineMapConcurrency;
    if (Number(MaxConcurrency ?? 0) <= most) continue;
    const kind = words(distributed ? "a Distributed Map" : "an inline Map");
    bounds.push({
      key: `map ${name} ${state}`,
      sentence: say`state ${state} of workflow ${name} asks for ${Number(MaxConcurrency)} iterations at once: ${kind} runs ${most}`,
    });
  }
  return bounds;
}

function integrationBounds(resource: CapturedResource, names: Names): readonly Bound[] {
  const seconds = Number(resource.inputs["timeoutMilliseconds"] ?? 0) / 1_000;
  if (seconds <= apiGatewayLimits.integrationSeconds) return [];
  const name = names.of(resource);
  return [
    {
      key: `integration ${name}`,
      sentence: say`integration ${name} waits ${seconds} s: an account whose quota was not raised allows ${apiGatewayLimits.integrationSeconds}`,
    },
  ];
}

/** The inline policies of each role count together. */
function roleBounds(resources: readonly CapturedResource[], names: Names): readonly Bound[] {
  const sizes = new Map<string, number>();
  for (const { type, inputs } of resources) {
    if (type !== "aws:iam/rolePolicy:RolePolicy") continue;
    const role = String(inputs["role"]);
    sizes.set(role, (sizes.get(role) ?? 0) + String(inputs["policy"] ?? "").replace(/\s/g, "").length);
  }
  return [...sizes].flatMap(([role, size]) =>
    size > iamLimits.inlinePolicyCharacters
      ? [
          {
            key: `policies ${role}`,
            sentence: say`the policies of ${names.ofPhysical(role)} have ${size} characters: IAM allows ${iamLimits.inlinePolicyCharacters} per role`,
          },
        ]
      : [],
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
