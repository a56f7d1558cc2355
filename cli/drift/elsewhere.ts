import type { Reading } from "./event.ts";

/** A property of a resource that another resource of the stack manages, and the property of the latter that names the former. */
interface Manager {
  readonly type: string;
  readonly by: string;
}

/**
 * AWS shows these settings at the bucket, topic or API too, although a separate resource declares them. They are
 * compared there; here they change with the first refresh after the stack was created.
 */
const managers: Readonly<Record<string, Readonly<Record<string, Manager>>>> = {
  "aws:s3/bucket:Bucket": {
    corsRules: { type: "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration", by: "bucket" },
    lifecycleRules: { type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", by: "bucket" },
    policy: { type: "aws:s3/bucketPolicy:BucketPolicy", by: "bucket" },
    serverSideEncryptionConfiguration: {
      type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      by: "bucket",
    },
    versioning: { type: "aws:s3/bucketVersioning:BucketVersioning", by: "bucket" },
    // Without ACLs ("BucketOwnerEnforced") AWS shows the owner's full control.
    acl: { type: "aws:s3/bucketOwnershipControls:BucketOwnershipControls", by: "bucket" },
    grants: { type: "aws:s3/bucketOwnershipControls:BucketOwnershipControls", by: "bucket" },
  },
  "aws:sns/topic:Topic": { policy: { type: "aws:sns/topicPolicy:TopicPolicy", by: "arn" } },
  "aws:apigateway/restApi:RestApi": { policy: { type: "aws:apigateway/restApiPolicy:RestApiPolicy", by: "restApiId" } },
};

/** Whether another resource of the stack manages the property. */
export function isManagedElsewhere({ type, before }: Reading, property: string, stack: readonly Reading[]): boolean {
  const manager = managers[type]?.[property];
  if (manager === undefined) return false;
  return stack.some((other) => other.type === manager.type && other.before.inputs[manager.by] === before.id);
}

/** Policies that a role has although no resource of the stack gives them to it. */
export function foreignPolicies(role: Reading, stack: readonly Reading[]): readonly string[] {
  if (role.type !== "aws:iam/role:Role" || !role.after) return [];
  const own = (type: string, key: string) =>
    new Set(
      stack
        .filter((other) => other.type === type && other.before.inputs["role"] === role.before.id)
        .map(({ before }) => before.inputs[key]),
    );
  const { outputs } = role.after;
  const declaredInline = new Set(namesOf(role.before.inputs["inlinePolicies"]));
  const inline = own("aws:iam/rolePolicy:RolePolicy", "name");
  const attached = own("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "policyArn");
  const declaredArns = new Set((role.before.inputs["managedPolicyArns"] ?? []) as string[]);
  return [
    ...namesOf(outputs["inlinePolicies"])
      .filter((name) => !inline.has(name) && !declaredInline.has(name))
      .map((name) => `it has the inline policy "${name}", which the stack does not give it`),
    ...((outputs["managedPolicyArns"] ?? []) as string[])
      .filter((arn) => !attached.has(arn) && !declaredArns.has(arn))
      .map((arn) => `the policy "${arn}" is attached to it, which the stack does not do`),
  ];
}

/** AWS returns one entry without a name for a role without inline policies. */
function namesOf(inline: unknown): readonly string[] {
  return ((inline ?? []) as { name?: string }[]).flatMap(({ name }) => name ?? []);
}

/** The properties that `foreignPolicies` covers. */
export const policyListsOfRoles: ReadonlySet<string> = new Set(["inlinePolicies", "managedPolicyArns"]);
