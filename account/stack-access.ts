import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { documentOf, type Fills, type PolicyName, type TrustName } from "./documents.ts";

export interface StackAccessArgs {
  /** `ORGANISATION/REPOSITORY`. */
  readonly repository: string;
  readonly stack: string;
  readonly imageBuckets: readonly string[];
  /** ARN of the provider for GitHub. */
  readonly provider: pulumi.Input<string>;
  readonly stateBucket: pulumi.Input<string>;
  readonly tags: Readonly<Record<string, string>>;
}

/** The stack whose deploy role serves live.yml, which tries a release in a sandbox account. */
export const liveStack = "live";

const roles = {
  preview: { trust: "preview-trust", policies: ["preview"] },
  read: { trust: "read-trust", policies: ["preview", "read"] },
  deploy: { trust: "deploy-trust", policies: ["preview", "read", "write", "write-roles", "release"] },
} as const satisfies Readonly<Record<string, { readonly trust: TrustName; readonly policies: readonly PolicyName[] }>>;
export type RoleName = keyof typeof roles;

/** The policies of a stack's role. The role that deploys the stack of live.yml also reads what that workflow verifies. */
export function policiesOf(role: RoleName, stack: string): readonly PolicyName[] {
  const { policies } = roles[role];
  return role === "deploy" && stack === liveStack ? [...policies, "live"] : policies;
}

/** Sessions of the role that deploys last long enough for a gradual release; others have AWS's default of an hour. */
const longestSeconds = { preview: 3_600, read: 3_600, deploy: 4 * 3_600 } as const satisfies Record<RoleName, number>;

/**
 * What GitHub's workflows need for one stack: three roles, the boundary of every role that the stack makes, and the key
 * of the secrets in its state. The names do not begin with the stack's prefix, so the deploy role reaches none of them.
 */
export class StackAccess extends pulumi.ComponentResource {
  readonly key: aws.kms.Key;
  /** The value of `--secrets-provider` for the stack. */
  readonly secretsProvider: pulumi.Output<string>;
  readonly boundary: aws.iam.Policy;
  readonly roles: Readonly<Record<RoleName, aws.iam.Role>>;
  readonly #name: string;
  readonly #args: StackAccessArgs;

  constructor(name: string, args: StackAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:account:StackAccess", name, {}, opts);
    this.#name = name;
    this.#args = args;
    this.key = this.#createKey();
    this.secretsProvider = this.#createAlias();
    this.boundary = this.#createPolicy("boundary");
    this.roles = this.#createRoles();
    this.registerOutputs({
      key: this.key,
      secretsProvider: this.secretsProvider,
      boundary: this.boundary,
      roles: this.roles,
    });
  }

  /** Without the key no secret of the state can be read again, so it is protected. */
  #createKey(): aws.kms.Key {
    return new aws.kms.Key(
      `${this.#name}-secrets`,
      {
        description: `Secrets in the state of the stack ${this.#args.stack}`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        tags: this.#args.tags,
      },
      { parent: this, protect: true },
    );
  }

  #createAlias(): pulumi.Output<string> {
    const alias = new aws.kms.Alias(
      `${this.#name}-secrets`,
      { name: `alias/${this.#name}`, targetKeyId: this.key.keyId },
      { parent: this },
    );
    return pulumi.interpolate`awskms://${alias.name}?region=${aws.getRegionOutput().region}`;
  }

  /** The boundary's name is in docs/iam/write-roles.json; the other policies are named in the same way. */
  #createPolicy(name: PolicyName): aws.iam.Policy {
    return new aws.iam.Policy(
      `${this.#name}-${name}`,
      { name: `${this.#name}-${name}`, policy: this.#filled(name), tags: this.#args.tags },
      { parent: this },
    );
  }

  #createRoles(): Readonly<Record<RoleName, aws.iam.Role>> {
    const named = policiesOf("deploy", this.#args.stack).map((name) => [name, this.#createPolicy(name)] as const);
    const policies = new Map<PolicyName, aws.iam.Policy>(named);
    const create = (role: RoleName): aws.iam.Role => {
      const made = new aws.iam.Role(
        `${this.#name}-${role}`,
        {
          name: `${this.#name}-${role}`,
          assumeRolePolicy: this.#filled(roles[role].trust),
          maxSessionDuration: longestSeconds[role],
          tags: this.#args.tags,
        },
        { parent: this },
      );
      for (const policy of policiesOf(role, this.#args.stack)) {
        const policyArn = policies.get(policy)?.arn ?? "";
        new aws.iam.RolePolicyAttachment(
          `${this.#name}-${role}-${policy}`,
          { role: made.name, policyArn },
          { parent: this },
        );
      }
      return made;
    };
    return { preview: create("preview"), read: create("read"), deploy: create("deploy") };
  }

  #filled(name: PolicyName | TrustName): pulumi.Output<string> {
    const { repository, stack, imageBuckets, stateBucket, provider } = this.#args;
    const [ORGANISATION = "", REPOSITORY = ""] = repository.split("/");
    return pulumi
      .all([
        aws.getCallerIdentityOutput().accountId,
        aws.getRegionOutput().region,
        aws.getPartitionOutput().partition,
        stateBucket,
        this.key.arn,
        // A role must not exist before its provider.
        provider,
      ])
      .apply(([ACCOUNT_ID, REGION, partition, STATE_BUCKET, KEY_ARN]) => {
        const fills: Fills = {
          ACCOUNT_ID,
          REGION,
          STATE_BUCKET,
          KEY_ARN,
          ORGANISATION,
          REPOSITORY,
          STACK: stack,
          WORKFLOW: stack === liveStack ? "live.yml" : "deploy-stack.yml",
          IMAGE_BUCKET: imageBuckets,
          partition,
        };
        return JSON.stringify(documentOf(name, fills));
      });
  }
}
