import type { PolicyDocument } from "#local-aws";
import type { CapturedResource } from "../program/program.ts";
import { documentOf } from "./document.ts";

/** The policies of one program, by owner. */
export interface Policies {
  /** Policies of roles: by the role's ARN, then by the policy's name. */
  readonly identities: ReadonlyMap<string, Readonly<Record<string, PolicyDocument>>>;
  /** Policies of resources, by ARN: trust, bucket, repository, topic and function policies. */
  readonly resources: ReadonlyMap<string, PolicyDocument>;
  /**
   * Policies that cannot be read here, by owner: AWS's managed policies (as ARNs), permissions boundaries, and invalid
   * texts.
   */
  readonly opaque: ReadonlyMap<string, readonly string[]>;
  /** All resources of the program, by ARN. */
  readonly owners: ReadonlyMap<string, CapturedResource>;
}

export function policiesOf(resources: readonly CapturedResource[]): Policies {
  const reader = new PolicyReader(resources);
  for (const resource of resources) reader.read(resource);
  return reader;
}

class PolicyReader implements Policies {
  readonly identities = new Map<string, Record<string, PolicyDocument>>();
  readonly resources = new Map<string, { Version: string; Statement: PolicyDocument["Statement"][number][] }>();
  readonly opaque = new Map<string, string[]>();
  readonly owners = new Map<string, CapturedResource>();
  readonly #roles = new Map<string, string>();
  readonly #managed = new Map<string, unknown>();

  constructor(resources: readonly CapturedResource[]) {
    for (const resource of resources) {
      const arn = arnOf(resource);
      this.owners.set(arn, resource);
      if (resource.type === "aws:iam/role:Role") {
        for (const key of [resource.outputs["name"], resource.outputs["id"], arn]) this.#roles.set(String(key), arn);
        this.identities.set(arn, {});
      }
      if (resource.type === "aws:iam/policy:Policy") this.#managed.set(arn, resource.inputs["policy"]);
    }
  }

  read(resource: CapturedResource): void {
    const { type, name, inputs } = resource;
    switch (type) {
      case "aws:iam/role:Role":
        this.#role(resource);
        return;
      case "aws:iam/rolePolicy:RolePolicy":
        this.#grant(inputs["role"], name, inputs["policy"]);
        return;
      case "aws:iam/rolePolicyAttachment:RolePolicyAttachment":
        this.#attach(inputs["role"], String(inputs["policyArn"]));
        return;
      case "aws:iam/policy:Policy":
        return;
      case "aws:lambda/permission:Permission":
        this.#permission(inputs);
        return;
      case "aws:s3/bucketPolicy:BucketPolicy":
        this.#resource(`arn:aws:s3:::${inputs["bucket"]}`, inputs["policy"]);
        return;
      case "aws:ecr/repositoryPolicy:RepositoryPolicy":
        this.#resource(this.#repository(String(inputs["repository"])), inputs["policy"]);
        return;
      case "aws:sns/topicPolicy:TopicPolicy":
        this.#resource(String(inputs["arn"]), inputs["policy"]);
        return;
      default:
        // Keys, queues, secrets and other types have their policy in a property. If its value is not a policy, it is
        // compared as a property.
        if (documentOf(inputs["policy"])) this.#resource(arnOf(resource), inputs["policy"]);
    }
  }

  #role(resource: CapturedResource): void {
    const { inputs } = resource;
    const arn = arnOf(resource);
    this.#resource(arn, inputs["assumeRolePolicy"]);
    for (const [index, { name, policy }] of (
      (inputs["inlinePolicies"] ?? []) as { name?: string; policy?: unknown }[]
    ).entries()) {
      this.#grant(arn, name ?? `inline ${index}`, policy);
    }
    for (const policy of (inputs["managedPolicyArns"] ?? []) as string[]) this.#attach(arn, policy);
    if (inputs["permissionsBoundary"] !== undefined) this.#opaque(arn, `boundary ${inputs["permissionsBoundary"]}`);
  }

  #grant(role: unknown, name: string, policy: unknown): void {
    const arn = this.#roles.get(String(role)) ?? String(role);
    const document = documentOf(policy);
    if (!document) {
      this.#opaque(arn, `a text that is no policy, in ${name}`);
      return;
    }
    this.identities.set(arn, { ...this.identities.get(arn), [name]: document });
  }

  #attach(role: unknown, policy: string): void {
    const own = this.#managed.get(policy);
    if (own !== undefined) {
      this.#grant(role, policy, own);
      return;
    }
    this.#opaque(this.#roles.get(String(role)) ?? String(role), policy);
  }

  #resource(arn: string, policy: unknown): void {
    const document = documentOf(policy);
    if (!document) {
      this.#opaque(arn, "a text that is no policy");
      return;
    }
    const known = this.resources.get(arn);
    this.resources.set(arn, {
      Version: document.Version,
      Statement: [...(known?.Statement ?? []), ...document.Statement],
    });
  }

  #permission(inputs: Readonly<Record<string, unknown>>): void {
    const called = String(inputs["function"]);
    const found = [...this.owners].find(
      ([arn, { outputs }]) => [outputs["name"], arn].includes(called) && arn.includes(":function:"),
    );
    const arn = found?.[0] ?? called;
    const { qualifier, sourceArn, sourceAccount, principalOrgId, principal, action, functionUrlAuthType } = inputs;
    const conditions: Record<string, Record<string, unknown>> = {
      ...(sourceArn !== undefined && { ArnLike: { "aws:SourceArn": sourceArn } }),
      ...((sourceAccount !== undefined || principalOrgId !== undefined || functionUrlAuthType !== undefined) && {
        StringEquals: {
          ...(sourceAccount !== undefined && { "aws:SourceAccount": sourceAccount }),
          ...(principalOrgId !== undefined && { "aws:PrincipalOrgID": principalOrgId }),
          ...(functionUrlAuthType !== undefined && { "lambda:FunctionUrlAuthType": functionUrlAuthType }),
        },
      }),
    };
    const who = String(principal);
    this.#resource(arn, {
      Statement: {
        Effect: "Allow",
        Principal: who === "*" ? "*" : { [/\.amazonaws\.com(\.cn)?$/.test(who) ? "Service" : "AWS"]: who },
        Action: action,
        Resource: qualifier === undefined ? arn : `${arn}:${qualifier}`,
        ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
      },
    });
  }

  #repository(name: string): string {
    const found = [...this.owners.values()].find(
      ({ outputs }) => (outputs["repository"] as { name?: string } | undefined)?.name === name,
    );
    return String((found?.outputs["repository"] as { arn?: string } | undefined)?.arn ?? name);
  }

  #opaque(who: string, what: string): void {
    this.opaque.set(who, [...(this.opaque.get(who) ?? []), what].sort());
  }
}

function arnOf({ outputs, urn }: CapturedResource): string {
  const { arn } = outputs;
  return typeof arn === "string" ? arn : urn;
}
