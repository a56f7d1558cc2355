/** A resource of an evaluated program, or of a stack's state. */
export interface Ordered {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** URN of the parent. */
  readonly parent?: string | undefined;
  /** URNs of the resources that must be there before this one is made. */
  readonly dependencies: readonly string[];
}

/** An order that AWS needs. Each side is the end of a type, and of a name if the type is not enough. */
export interface Order {
  readonly before: readonly [type: string, name?: RegExp];
  readonly after: readonly [type: string, name?: RegExp];
  /** What AWS reports, now or later, if the two are created in the other order. */
  readonly prevents: string;
}

const invalidMethod = "NotFoundException: Invalid Method identifier specified";
const partMissing = "BadRequestException: No integration defined for method; or a stage that silently lacks the part";

export const orders: readonly Order[] = [
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
    before: ["RolePolicy", /-(api|map|classify|reduce|notify|example-\w+)-policy$/],
    after: ["Function"],
    prevents:
      "InvalidParameterValueException: The provided execution role does not have permissions to call PutTraceSegments",
  },
  {
    before: [
      "RolePolicy",
      /-(workflow|classify-now|delayed-start|notifications|single-task|branch-map-reduce|three-images)-policy$/,
    ],
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

/** Pairs within one component; where the two kinds never share one, every pair. */
export function pairsOf(
  { before, after }: Order,
  resources: readonly Ordered[],
): readonly (readonly [Ordered, Ordered])[] {
  const matching = ([type, name = /^/]: Order["before"]) =>
    resources.filter((each) => each.type.endsWith(`:${type}`) && name.test(each.name));
  const all = matching(after).flatMap((late) => matching(before).map((early) => [early, late] as const));
  const together = all.filter(([early, late]) => early.parent === late.parent);
  return together.length > 0 ? together : all;
}

/** The pairs that could be made in the other order, one sentence each. */
export function unordered(order: Order, resources: readonly Ordered[]): readonly string[] {
  const byUrn = new Map(resources.map((each) => [each.urn, each]));
  const waits = (early: Ordered, late: Ordered): boolean => {
    const seen = new Set<string>();
    const reaches = (urn: string): boolean => {
      if (urn === early.urn) return true;
      if (seen.has(urn)) return false;
      seen.add(urn);
      return (byUrn.get(urn)?.dependencies ?? []).some(reaches);
    };
    return late.dependencies.some(reaches);
  };
  return pairsOf(order, resources)
    .filter(([early, late]) => !waits(early, late))
    .map(([early, late]) => `"${late.name}" does not wait for "${early.name}"`);
}
