import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { type FunctionConfiguration, GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { SFNClient } from "@aws-sdk/client-sfn";
import { beforeAll, describe, expect } from "vitest";
import { type PolicyDocument, type PolicyQuestion, policyEvaluator } from "#local-aws";
import { Machine, numberOf } from "../../../cli/release/machine.ts";
import { giveTraffic } from "../../../cli/release/roll.ts";
import { situationOf } from "../../../cli/release/situation.ts";
import { classifyingWorkflows } from "../../../contract/release.ts";
import { orders, pairsOf, unordered } from "../../support/orders.ts";
import { laneClient } from "./account/client.ts";
import { nothing } from "./expectations.ts";
import { leftovers } from "./leftovers.ts";
import { releaseCommand } from "./release-command.ts";
import { openedSession, openedStage, type Stage, story } from "./story.ts";

/**
 * Releases of a stack with the real engine and the command `release`. Versions of workflows are numbered from 1; each
 * update that changes the memory of `classify` publishes the next one.
 */
const session = openedSession();
const stage = openedStage(session, {
  stack: "dev",
  settings: { release: "gradual", coldStart: "provisioned", examples: "false" },
});

describe("gradual", () => {
  story(
    "whatever AWS needs first is made first, and the alias waits for warm sandboxes and grants",
    stage,
    async (on) => {
      await on.driver.perform("up");
      const resources = (await on.driver.resources()).filter(({ type }) => type.startsWith("aws"));
      const here = orders.filter((order) => pairsOf(order, resources).length > 0);
      expect(here.length).toBeGreaterThanOrEqual(14);
      expect(here.flatMap((order) => unordered(order, resources))).toEqual([]);
    },
  );

  story("the API may start executions through the alias, and not past it", stage, async (on) => {
    const { Role = "" } = await apiConfiguration(on);
    const ask = (context: PolicyQuestion["context"], resource: string) =>
      policiesOf(on, Role).then(
        (identityPolicies) =>
          policyEvaluator.evaluate({
            principal: `arn:aws:sts::123456789012:assumed-role/${nameOf(Role)}/1`,
            action: "states:StartExecution",
            resource,
            accountId: "123456789012",
            context,
            identityPolicies,
          }).result,
      );
    const machine = await machineArn(on);
    expect(await ask({ "states:StateMachineQualifier": ["live"] }, machine)).toBe("Allowed");
    expect(await ask({ "states:StateMachineQualifier": ["1"] }, machine)).toBe("ImplicitlyDenied");
    expect(await ask({}, machine)).toBe("ImplicitlyDenied");
  });

  story("an update while a release is under way moves no traffic, and its release waits", stage, async (on) => {
    await publish(on, 2_048);
    expect(await routes(on)).toEqual({ 1: 100 });
    await give(on, 10);
    await publish(on, 2_049);
    expect(await routes(on)).toEqual({ 1: 90, 2: 10 });
    const { stdout } = await release(on, "--status", "--json");
    const { current, candidate, waiting, weight } = JSON.parse(stdout);
    expect(weight).toBe(10);
    expect(new Set([current.id, candidate.id, waiting.id]).size).toBe(3);
    await on.driver.perform("refresh");
    nothing(await on.driver.perform("up"));
    expect(await routes(on)).toEqual({ 1: 90, 2: 10 });
  });

  story("both releases are warm while both have traffic, and an aborted one is cold", stage, async (on) => {
    expect(await warmVersions(on)).toEqual(["1", "2", "3"]);
    await release(on, "--abort");
    expect(await routes(on)).toEqual({ 1: 100 });
    expect(await warmVersions(on)).toEqual(["1", "3"]);
  });

  story("an aborted release does not return with an update, nor with a refresh and an update", stage, async (on) => {
    nothing(await on.driver.perform("up"));
    await on.driver.perform("refresh");
    nothing(await on.driver.perform("up"));
    expect(await routes(on)).toEqual({ 1: 100 });
    expect(await versions(on)).toEqual([3, 1]);
  });

  story(
    "at its end a release alone is warm, and the one before is warm again once traffic is back",
    stage,
    async (on) => {
      await give(on, 100);
      await release(on, "--prune");
      expect(await warmVersions(on)).toEqual(["3"]);
      await release(on, "--back");
      expect(await routes(on)).toEqual({ 1: 100 });
      expect(await warmVersions(on)).toEqual(["1"]);
    },
  );

  story("a release that was taken back does not return, whatever follows", stage, async (on) => {
    nothing(await on.driver.perform("up"));
    await on.driver.perform("refresh");
    await on.driver.perform("up");
    expect(await routes(on)).toEqual({ 1: 100 });
    expect(await versions(on)).toEqual([1]);
  });

  story("the alias and the API follow a machine that is replaced", stage, follows);
});

describe("allAtOnce", () => {
  beforeAll(async () => stage().driver.configure("release", "allAtOnce"));

  story("an update is live at once", stage, async (on) => {
    await publish(on, 2_050);
    expect(await routes(on)).toEqual({ 2: 100 });
  });

  story("after a rollback neither an update nor a refresh and an update brings the release back", stage, async (on) => {
    await release(on, "--back");
    expect(await routes(on)).toEqual({ 1: 100 });
    nothing(await on.driver.perform("up"));
    expect(await routes(on)).toEqual({ 1: 100 });
    await on.driver.perform("refresh");
    await on.driver.perform("up");
    expect(await routes(on)).toEqual({ 1: 100 });
    expect(await versions(on)).toEqual([1]);
  });

  story("the next change is live again", stage, async (on) => {
    await publish(on, 2_051);
    expect(await routes(on)).toEqual({ [String((await versions(on))[0])]: 100 });
  });

  story("the alias and the API follow a machine that is replaced", stage, follows);

  story("nothing is left when the stack is deleted", stage, async (on) => {
    await on.driver.perform("destroy");
    expect(await leftovers(on.session.moto.url)).toEqual([]);
    await on.driver.remove();
  });
});

/** Replaces the machine of the main workflow, as after a change that Step Functions cannot make in place. */
async function follows(on: Stage): Promise<void> {
  const before = await machineArn(on);
  const machine = (await on.driver.resources()).find(
    ({ type, name }) => type === "aws:sfn/stateMachine:StateMachine" && name === "dlw-dev-workflow",
  );
  await on.driver.perform("up", "--replace", machine?.urn ?? "");
  const after = await machineArn(on);
  expect(after).not.toBe(before);
  expect(await routes(on)).toEqual({ 1: 100 });
  const api = await apiConfiguration(on);
  expect(api.Environment?.Variables?.["STATE_MACHINE_ARN"]).toBe(`${after}:live`);
  const policy = JSON.stringify(await policiesOf(on, api.Role ?? ""));
  expect(policy).toContain(`"${after}"`);
  expect(policy).not.toContain(`"${before}"`);
  await expect(new Machine(before, client(on)).routes()).rejects.toThrow();
  nothing(await on.driver.perform("preview"));
}

/** The function `api` as the gateway calls it. */
async function apiConfiguration({ driver, session: { account } }: Stage): Promise<FunctionConfiguration> {
  const { api: FunctionName } = (await driver.outputs())["functionNames"] as Readonly<Record<string, string>>;
  const lambda = new LambdaClient(laneClient(account.url));
  return lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: "live" }));
}

/** The inline policies of a role, by name. */
async function policiesOf({ session: { account } }: Stage, role: string): Promise<Record<string, PolicyDocument>> {
  const iam = new IAMClient(laneClient(account.url));
  const RoleName = nameOf(role);
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const documents = PolicyNames.map(async (PolicyName) => {
    const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return [PolicyName, JSON.parse(decodeURIComponent(PolicyDocument)) as PolicyDocument] as const;
  });
  return Object.fromEntries(await Promise.all(documents));
}

const nameOf = (role: string): string => role.split("/").at(-1) ?? "";

async function publish({ driver }: Stage, memory: number): Promise<void> {
  await driver.configure("classifyMemory", String(memory));
  await driver.perform("up");
}

/** Moves traffic to the newest release, as the command does between its checks. */
async function give(on: Stage, weight: number): Promise<void> {
  const arns = Object.entries((await on.driver.outputs())["stateMachineArns"] as Readonly<Record<string, string>>);
  const machines = Object.fromEntries(arns.map(([name, arn]) => [name, new Machine(arn, client(on))]));
  await giveTraffic(await situationOf(machines), weight, machines);
}

async function release(on: Stage, ...parameters: readonly string[]) {
  const result = await releaseCommand(on, ...parameters);
  if (result.code !== 0)
    throw new Error(`release ${parameters.join(" ")} ended with ${result.code}:\n${result.output}`);
  return result;
}

const client = ({ session: { account } }: Stage): SFNClient => new SFNClient(laneClient(account.url));

async function machineArn({ driver }: Stage): Promise<string> {
  const arns = (await driver.outputs())["stateMachineArns"] as Readonly<Record<string, string>>;
  return arns[classifyingWorkflows.main] ?? "";
}

/** The shares of the main workflow's versions, by number. */
async function routes(on: Stage): Promise<Readonly<Record<string, number>>> {
  const found = await new Machine(await machineArn(on), client(on)).routes();
  return Object.fromEntries(found.map(({ version, weight }) => [numberOf(version), weight]));
}

/** The numbers of the main workflow's versions, newest first. */
async function versions(on: Stage): Promise<readonly number[]> {
  return (await new Machine(await machineArn(on), client(on)).versions()).map(numberOf);
}

/** The versions of `classify` that have warm sandboxes. */
async function warmVersions({ session: { account }, driver }: Stage): Promise<readonly string[]> {
  const names = (await driver.outputs())["functionNames"] as Readonly<Record<string, string>>;
  return account.warmSandboxes.versionsOf(names["classify"] ?? "");
}
