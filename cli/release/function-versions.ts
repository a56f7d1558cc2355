import {
  DeleteFunctionCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  type LambdaClient,
  PutProvisionedConcurrencyConfigCommand,
  paginateListAliases,
  paginateListProvisionedConcurrencyConfigs,
  paginateListVersionsByFunction,
} from "@aws-sdk/client-lambda";
import { keptReleases } from "../../contract/release.ts";
import type { Machines } from "./situation.ts";

/** The Lambda functions of a stack, by name. Workflows name their published versions. */
export interface StackFunctions {
  readonly names: readonly string[];
  readonly lambda: LambdaClient;
}

/** What became of warm sandboxes: ARNs of the function versions that got them or lost them. */
export interface WarmSandboxes {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Removes the warm sandboxes of every function version that neither a release with traffic nor the newest release names.
 * `pulumi up` leaves those of the release before in place, because both releases need theirs while both have traffic. A
 * release that got its traffic back after it had lost its warm sandboxes gets as many as are removed.
 */
export async function moveWarmSandboxes(machines: Machines, functions: StackFunctions): Promise<WarmSandboxes> {
  const routed = await versionsOf(machines, async (machine) => (await machine.routes()).map(({ version }) => version));
  const newest = await versionsOf(machines, async (machine) => (await machine.versions()).slice(0, 1));
  const moved = { added: [] as string[], removed: [] as string[] };
  for (const name of functions.names) {
    const warm = await warmVersions(name, functions);
    const spare = warm.filter(({ arn }) => !routed.has(arn) && !newest.has(arn));
    const [first] = spare;
    if (first === undefined) continue;
    const cold = [...routed].filter(
      (arn) => functionOf(arn) === functionOf(first.arn) && !warm.some((each) => each.arn === arn),
    );
    for (const arn of cold) {
      const at = { FunctionName: name, Qualifier: qualifierOf(arn) };
      const put = new PutProvisionedConcurrencyConfigCommand({ ...at, ProvisionedConcurrentExecutions: first.count });
      await functions.lambda.send(put);
      moved.added.push(arn);
    }
    for (const { arn } of spare) {
      const at = { FunctionName: name, Qualifier: qualifierOf(arn) };
      await functions.lambda.send(new DeleteProvisionedConcurrencyConfigCommand(at));
      moved.removed.push(arn);
    }
  }
  return moved;
}

/** ARNs of the function versions that the chosen versions of all workflows name. */
async function versionsOf(
  machines: Machines,
  choose: (machine: Machines[string]) => Promise<readonly string[]>,
): Promise<ReadonlySet<string>> {
  const lists = Object.values(machines).map(async (machine) => machine.functionVersions(await choose(machine)));
  return new Set((await Promise.all(lists)).flat());
}

async function warmVersions(name: string, { lambda }: StackFunctions) {
  const warm: { readonly arn: string; readonly count: number }[] = [];
  for await (const page of paginateListProvisionedConcurrencyConfigs({ client: lambda }, { FunctionName: name })) {
    for (const config of page.ProvisionedConcurrencyConfigs ?? []) {
      const { FunctionArn: arn, RequestedProvisionedConcurrentExecutions: count } = config;
      if (arn !== undefined && count !== undefined) warm.push({ arn, count });
    }
  }
  return warm;
}

/**
 * Deletes function versions that are not among the newest of their function, that no alias routes to, and that no version
 * of a workflow names.
 * @returns how many versions of each function were deleted
 */
export async function pruneFunctions(
  machines: Machines,
  { names, lambda }: StackFunctions,
): Promise<Readonly<Record<string, number>>> {
  const needed = await versionsOf(machines, async (machine) => [machine.arn, ...(await machine.versions())]);
  const counts: Record<string, number> = {};
  for (const name of names) {
    const aliased = await aliasedVersions(name, lambda);
    const spare = (await publishedVersions(name, lambda))
      .slice(keptReleases)
      .filter((arn) => !needed.has(arn) && !aliased.has(qualifierOf(arn)));
    for (const arn of spare) {
      await lambda.send(new DeleteFunctionCommand({ FunctionName: name, Qualifier: qualifierOf(arn) }));
    }
    counts[name] = spare.length;
  }
  return counts;
}

/** ARNs of the published versions, newest first. */
async function publishedVersions(name: string, client: LambdaClient): Promise<readonly string[]> {
  const arns: string[] = [];
  for await (const page of paginateListVersionsByFunction({ client }, { FunctionName: name })) {
    for (const { FunctionArn, Version } of page.Versions ?? []) {
      if (FunctionArn !== undefined && Version !== "$LATEST") arns.push(FunctionArn);
    }
  }
  return arns.toSorted((left, right) => Number(qualifierOf(right)) - Number(qualifierOf(left)));
}

async function aliasedVersions(name: string, client: LambdaClient): Promise<ReadonlySet<string>> {
  const versions = new Set<string>();
  for await (const page of paginateListAliases({ client }, { FunctionName: name })) {
    for (const { FunctionVersion, RoutingConfig } of page.Aliases ?? []) {
      if (FunctionVersion !== undefined) versions.add(FunctionVersion);
      for (const version of Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {})) versions.add(version);
    }
  }
  return versions;
}

const qualifierOf = (arn: string): string => arn.slice(arn.lastIndexOf(":") + 1);
const functionOf = (arn: string): string => arn.slice(0, arn.lastIndexOf(":"));
