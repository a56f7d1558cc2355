import path from "node:path";
import { CloudWatchClient, DeleteAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import {
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  LambdaClient,
  PutFunctionConcurrencyCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { PutPublicAccessBlockCommand, S3Client } from "@aws-sdk/client-s3";
import {
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  SFNClient,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { laneClient } from "./account/client.ts";
import { BucketPolicies } from "./provider/live/bucket-policies.ts";

type Document = { Version: string; Statement: Record<string, unknown>[] };

/** Changes resources of a stack as a person would in the AWS console, without Pulumi. */
export class ChangesByHand {
  readonly #iam: IAMClient;
  readonly #cloudWatch: CloudWatchClient;
  readonly #lambda: LambdaClient;
  readonly #s3: S3Client;
  readonly #states: SFNClient;
  readonly #policies: BucketPolicies;

  /**
   * @param endpoint of the AWS implementation in which the resources are
   * @param journal the session's journal, beside which its bucket policies are kept
   */
  constructor(endpoint: string, journal: string) {
    const configuration = laneClient(endpoint);
    this.#iam = new IAMClient(configuration);
    this.#cloudWatch = new CloudWatchClient(configuration);
    this.#lambda = new LambdaClient(configuration);
    this.#s3 = new S3Client(configuration);
    this.#states = new SFNClient(configuration);
    this.#policies = new BucketPolicies(path.dirname(journal));
  }

  /** The only role whose name begins with this. */
  async role(prefix: string): Promise<string> {
    const { Roles = [] } = await this.#iam.send(new ListRolesCommand({}));
    const found = Roles.flatMap(({ RoleName = "" }) => (RoleName.startsWith(prefix) ? [RoleName] : []));
    if (found.length !== 1) throw new Error(`"${prefix}" begins the names of ${found.length} roles`);
    return found[0] ?? "";
  }

  async trustEverybody(RoleName: string): Promise<void> {
    const everybody = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [everybody] });
    await this.#iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
  }

  async addInlinePolicy(RoleName: string, PolicyName: string): Promise<void> {
    const statement = { Effect: "Allow", Action: "*", Resource: "*" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await this.#iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  }

  /** Writes every policy of a role as AWS may write it: other order, other white space, one action as a text. */
  async rewritePolicies(RoleName: string): Promise<void> {
    const { PolicyNames = [] } = await this.#iam.send(new ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of PolicyNames) {
      const found = await this.#iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      const { Version, Statement } = JSON.parse(decodeURIComponent(found.PolicyDocument ?? "")) as Document;
      const rewritten = Statement.map((statement) => {
        const actions = [statement["Action"]].flat().reverse();
        return { Resource: statement["Resource"], ...statement, Action: actions.length === 1 ? actions[0] : actions };
      });
      const PolicyDocument = JSON.stringify({ Statement: rewritten, Version }, null, 2);
      await this.#iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    }
  }

  async deleteAlarm(name: string): Promise<void> {
    await this.#cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] }));
  }

  async shrinkFunction(FunctionName: string, MemorySize: number): Promise<void> {
    await this.#lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize }));
  }

  async reserveConcurrency(FunctionName: string, ReservedConcurrentExecutions: number): Promise<void> {
    await this.#lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
  }

  async allowPublicAcls(Bucket: string): Promise<void> {
    const rest = { BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
    const PublicAccessBlockConfiguration = { BlockPublicAcls: false, ...rest };
    await this.#s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
  }

  /** Publishes a version of a state machine and gives it a tenth of the traffic, as `npm run release` does. */
  async moveTraffic(stateMachineArn: string): Promise<void> {
    const { definition = "" } = await this.#states.send(new DescribeStateMachineCommand({ stateMachineArn }));
    const changed = JSON.stringify({ ...(JSON.parse(definition) as object), Comment: "The next release." });
    const { stateMachineVersionArn } = await this.#states.send(
      new UpdateStateMachineCommand({ stateMachineArn, definition: changed, publish: true }),
    );
    const stateMachineAliasArn = `${stateMachineArn}:live`;
    const { routingConfiguration: [route] = [] } = await this.#states.send(
      new DescribeStateMachineAliasCommand({ stateMachineAliasArn }),
    );
    await this.#states.send(
      new UpdateStateMachineAliasCommand({
        stateMachineAliasArn,
        routingConfiguration: [
          { stateMachineVersionArn: route?.stateMachineVersionArn, weight: 90 },
          { stateMachineVersionArn, weight: 10 },
        ],
      }),
    );
  }

  /** Replaces the statements of a bucket's policy by one that makes its objects public. */
  publishObjects(bucket: string): void {
    const Resource = `arn:aws:s3:::${bucket}/*`;
    const statement = { Sid: "Public", Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource };
    this.#policies.set(bucket, JSON.stringify({ Version: "2012-10-17", Statement: statement }));
  }
}
