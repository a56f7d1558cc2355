import {
  APIGatewayClient,
  GetApiKeysCommand,
  GetRestApisCommand,
  GetUsagePlansCommand,
} from "@aws-sdk/client-api-gateway";
import { CloudWatchClient, DescribeAlarmsCommand, ListDashboardsCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";
import { ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { laneClient } from "./account/client.ts";

/** Resources that still exist in the account, by kind, as listed by the services. */
export async function leftovers(endpoint: string): Promise<readonly string[]> {
  const configuration = laneClient(endpoint);
  const gateway = new APIGatewayClient(configuration);
  const watch = new CloudWatchClient(configuration);
  const lists: Readonly<Record<string, Promise<readonly (string | undefined)[]>>> = {
    api: gateway.send(new GetRestApisCommand({})).then(({ items = [] }) => items.map(({ name }) => name)),
    "API key": gateway.send(new GetApiKeysCommand({})).then(({ items = [] }) => items.map(({ name }) => name)),
    "usage plan": gateway.send(new GetUsagePlansCommand({})).then(({ items = [] }) => items.map(({ name }) => name)),
    alarm: watch
      .send(new DescribeAlarmsCommand({}))
      .then(({ MetricAlarms = [] }) => MetricAlarms.map((a) => a.AlarmName)),
    dashboard: watch
      .send(new ListDashboardsCommand({}))
      .then(({ DashboardEntries = [] }) => DashboardEntries.map((d) => d.DashboardName)),
    "log group": new CloudWatchLogsClient(configuration)
      .send(new DescribeLogGroupsCommand({}))
      .then(({ logGroups = [] }) => logGroups.map(({ logGroupName }) => logGroupName)),
    repository: new ECRClient(configuration)
      .send(new DescribeRepositoriesCommand({}))
      .then(({ repositories = [] }) => repositories.map(({ repositoryName }) => repositoryName)),
    role: new IAMClient(configuration)
      .send(new ListRolesCommand({}))
      .then(({ Roles = [] }) => Roles.map((r) => r.RoleName)),
    function: new LambdaClient(configuration)
      .send(new ListFunctionsCommand({}))
      .then(({ Functions = [] }) => Functions.map(({ FunctionName }) => FunctionName)),
    bucket: new S3Client(configuration)
      .send(new ListBucketsCommand({}))
      .then(({ Buckets = [] }) => Buckets.map(({ Name }) => Name)),
    "state machine": new SFNClient(configuration)
      .send(new ListStateMachinesCommand({}))
      .then(({ stateMachines = [] }) => stateMachines.map(({ name }) => name)),
    topic: new SNSClient(configuration)
      .send(new ListTopicsCommand({}))
      .then(({ Topics = [] }) => Topics.map((t) => t.TopicArn)),
  };
  const found = await Promise.all(
    Object.entries(lists).map(async ([kind, names]) => (await names).map((name) => `${kind} ${name ?? ""}`)),
  );
  return found.flat();
}
