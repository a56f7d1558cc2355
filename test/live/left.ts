import { CloudWatchClient, paginateListDashboards } from "@aws-sdk/client-cloudwatch";
import { IAMClient, paginateListRoles } from "@aws-sdk/client-iam";
import { paginateGetResources, ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import type { ExitCode } from "../../cli/failure.ts";
import type { Surroundings } from "../../cli/run.ts";
import { stackPrefix } from "../../infra/stack-names.ts";
import { verdict } from "./many.ts";

/** The tags of every resource of a stack (infra/tags.ts). */
const tagsOf = (stack: string) => ({ project: "deep-learning-workflow", stack });

/**
 * Lists what the account still has of a stack: by its tags, and by name the kinds that AWS does not list by tags. The
 * account and the region are those of the environment.
 */
export async function left(stack: string, surroundings: Surroundings): Promise<ExitCode> {
  const prefix = `${stackPrefix(stack)}-`;
  const found = [...(await tagged(stack)), ...(await roles(prefix)), ...(await dashboards(prefix))];
  return verdict(found, `Nothing of the stack "${stack}" is left.\n`, surroundings);
}

async function tagged(stack: string): Promise<readonly string[]> {
  const client = new ResourceGroupsTaggingAPIClient({});
  const TagFilters = Object.entries(tagsOf(stack)).map(([Key, value]) => ({ Key, Values: [value] }));
  const arns: string[] = [];
  for await (const { ResourceTagMappingList = [] } of paginateGetResources({ client }, { TagFilters })) {
    arns.push(...ResourceTagMappingList.flatMap(({ ResourceARN }) => ResourceARN ?? []));
  }
  return arns;
}

async function roles(prefix: string): Promise<readonly string[]> {
  const arns: string[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client: new IAMClient({}) }, {})) {
    arns.push(
      ...Roles.flatMap(({ RoleName, Arn }) => (RoleName?.startsWith(prefix) && Arn !== undefined ? [Arn] : [])),
    );
  }
  return arns;
}

async function dashboards(prefix: string): Promise<readonly string[]> {
  const arns: string[] = [];
  const client = new CloudWatchClient({});
  for await (const { DashboardEntries = [] } of paginateListDashboards({ client }, { DashboardNamePrefix: prefix })) {
    arns.push(...DashboardEntries.flatMap(({ DashboardArn }) => DashboardArn ?? []));
  }
  return arns;
}
