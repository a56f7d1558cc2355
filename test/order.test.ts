import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CapturedResource, capture, type Graph } from "#local-aws";
import { makeProject, type Project } from "./support/project.ts";

/** An order that AWS needs. Each side is the end of a type, and of a name if the type is not enough. */
interface Order {
  readonly before: readonly [type: string, name?: RegExp];
  readonly after: readonly [type: string, name?: RegExp];
  /** What AWS reports, now or later, if the two are created in the other order. */
  readonly prevents: string;
}

const invalidMethod = "NotFoundException: Invalid Method identifier specified";
const partMissing = "BadRequestException: No integration defined for method; or a stage that silently lacks the part";

const orders: readonly Order[] = [
  {
    before: ["BucketPublicAccessBlock"],
    after: ["BucketOwnershipControls"],
    prevents: "OperationAborted (409): A conflicting conditional operation is currently in progress",
  },
  {
    before: ["BucketOwnershipControls"],
    after: ["BucketPolicy"],
    prevents: "OperationAborted (409): A conflicting conditional operation is currently in progress",
  },
  {
    before: ["RolePolicyAttachment", /-access-push$/],
    after: ["Account"],
    prevents: "BadRequestException: The role ARN does not have required permissions configured",
  },
  {
    before: ["Account"],
    after: ["Stage"],
    prevents: "BadRequestException: CloudWatch Logs role ARN must be set in account settings to enable logging",
  },
  {
    before: ["RolePolicy", /-(api|map|classify|reduce|example-\w+)-policy$/],
    after: ["Function"],
    prevents:
      "InvalidParameterValueException: The provided execution role does not have permissions to call PutTraceSegments",
  },
  {
    before: ["RolePolicy", /-(workflow|classify-now|single-task|branch-map-reduce|three-images)-policy$/],
    after: ["StateMachine"],
    prevents: "AccessDeniedException: The state machine IAM Role is not authorized to access the Log Destination",
  },
  {
    before: ["BucketObjectv2", /-model-/],
    after: ["Function", /-classify$/],
    prevents: "BucketModelError of the sandboxes that provisioned concurrency or a snapshot starts at once",
  },
  {
    before: ["RolePolicy", /-children$/],
    after: ["Alias", /-live$/],
    prevents: "AccessDeniedException of the first Distributed Map: not authorized to perform states:StartExecution",
  },
  {
    before: ["ProvisionedConcurrencyConfig"],
    after: ["Alias", /-(workflow|classify-now|three-images)-live$/],
    prevents: "cold starts of a release whose warm sandboxes are still being prepared",
  },
  { before: ["Method", /-any$/], after: ["Integration", /-function$/], prevents: invalidMethod },
  { before: ["Method", /-options$/], after: ["Integration", /-preflight$/], prevents: invalidMethod },
  { before: ["Method", /-options$/], after: ["MethodResponse"], prevents: invalidMethod },
  {
    before: ["Integration", /-preflight$/],
    after: ["IntegrationResponse"],
    prevents: "NotFoundException: Invalid Integration identifier specified",
  },
  {
    before: ["MethodResponse"],
    after: ["IntegrationResponse"],
    prevents: "BadRequestException: Output mapping refers to an invalid method response: 204",
  },
  { before: ["Method"], after: ["Deployment"], prevents: partMissing },
  { before: ["Integration"], after: ["Deployment"], prevents: partMissing },
  { before: ["MethodResponse"], after: ["Deployment"], prevents: partMissing },
  { before: ["IntegrationResponse"], after: ["Deployment"], prevents: partMissing },
  { before: ["Response"], after: ["Deployment"], prevents: "errors of the gateway without CORS, in AWS's own shape" },
  {
    before: ["Permission"],
    after: ["Deployment"],
    prevents: "500: Execution failed due to configuration error: Invalid permissions on Lambda function",
  },
  {
    before: ["RepositoryPolicy"],
    after: ["Image"],
    prevents: "AccessDeniedException: Lambda does not have permission to access the ECR image",
  },
];

const settings = {
  modelSource: "bucket",
  examples: "true",
  tracing: "true",
  coldStart: "provisioned",
  apiAccessLogs: "true",
  apiGatewayAccountRole: "manage",
  alarmAddress: "team@example.com",
};

let project: Project;
let graph: Graph;
beforeAll(async () => {
  project = makeProject();
  const overrides = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`deep-learning-workflow:${key}`, value]),
  );
  graph = await capture({
    root: project.root,
    stack: "dev",
    environment: { DLW_CACHE_DIR: project.cacheDir },
    overrides,
  });
}, 120_000);
afterAll(() => project.remove());

const matching = ([type, name = /^/]: Order["before"]) =>
  graph.resources.filter((each) => each.type.endsWith(`:${type}`) && name.test(each.name));

/** Pairs within one component; where the two kinds never share one, every pair. */
function pairsOf({ before, after }: Order): readonly (readonly [CapturedResource, CapturedResource])[] {
  const all = matching(after).flatMap((late) => matching(before).map((early) => [early, late] as const));
  const together = all.filter(([early, late]) => early.parent === late.parent);
  return together.length > 0 ? together : all;
}

/** Whether the engine makes `late` only when `early` is there. */
function waits(early: CapturedResource, late: CapturedResource): boolean {
  const byUrn = new Map(graph.resources.map((each) => [each.urn, each]));
  const seen = new Set<string>();
  const reaches = (urn: string): boolean => {
    if (urn === early.urn) return true;
    if (seen.has(urn)) return false;
    seen.add(urn);
    return (byUrn.get(urn)?.options.dependencies ?? []).some(reaches);
  };
  return late.options.dependencies.some(reaches);
}

describe("resources are made in the order that AWS needs", () => {
  it.each(orders.map((order) => [`${order.before.join(" ")} before ${order.after.join(" ")}`, order] as const))(
    "%s",
    (_title, order) => {
      const pairs = pairsOf(order);
      expect(pairs.length, "resources of both kinds").toBeGreaterThan(0);
      const early = pairs.filter(([before, after]) => !waits(before, after));
      const names = early.map(([before, after]) => `"${after.name}" does not wait for "${before.name}"`);
      expect(names, order.prevents).toEqual([]);
    },
  );
});
