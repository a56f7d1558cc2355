import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { capture, type Graph, type RoleResource } from "#local-aws";
import { functionEnvironments } from "../contract/environment.ts";
import {
  notReadyErrors,
  refusedErrors,
  startErrors,
  storageError,
  unclearError,
  undeliveredError,
} from "../contract/errors.ts";
import { type FunctionName, functionDefinitions, functionPlaceholder } from "../contract/functions.ts";
import { offences } from "../infra/test-support/wildcards.ts";
import { loadDefinition } from "../statemachine/definition.ts";
import { makeProject, type Project } from "./support/project.ts";

const root = path.resolve(import.meta.dirname, "..");
const folder = path.join(root, "statemachine");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".asl.json"));

let project: Project;
let dev: Graph;
let prod: Graph;
beforeAll(async () => {
  project = makeProject();
  const options = { root: project.root, environment: { DLW_CACHE_DIR: project.cacheDir } };
  dev = await capture({ ...options, stack: "dev" });
  prod = await capture({ ...options, stack: "prod" });
});
afterAll(() => project.remove());

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Parameters?: { readonly FunctionName?: string };
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly ItemProcessor?: Machine;
  readonly Branches?: readonly Machine[];
  readonly TimeoutSeconds?: number;
}
interface Machine {
  readonly States: Readonly<Record<string, State>>;
}

/** All states, nested ones too. */
function statesOf(machine: Machine): readonly (readonly [string, State])[] {
  return Object.entries(machine.States).flatMap(([name, state]) => [
    [name, state] as const,
    ...[state.ItemProcessor, ...(state.Branches ?? [])].flatMap((inner) => (inner ? statesOf(inner) : [])),
  ]);
}
const versionArn = ({ arn, version }: Graph["functions"][number]) => `${arn}:${version}`;
/** The tasks that call functions. */
const tasksOf = (definition: string) =>
  statesOf(JSON.parse(definition)).filter(([, { Resource = "" }]) => Resource.endsWith(":states:::lambda:invoke"));
const roleOf = (graph: Graph, arn: string): RoleResource => {
  const role = graph.roles.find((each) => each.arn === arn);
  if (!role) throw new Error(`There is no role "${arn}".`);
  return role;
};
const statementsOf = ({ policies }: RoleResource) => Object.values(policies).flatMap(({ Statement }) => Statement);

/** What every task retries: test/workflows.test.ts has the order and the bounds. */
const transientErrors = [...refusedErrors, unclearError];
const awsErrors = [
  ...transientErrors,
  ...["States.ALL", "States.Timeout", "States.TaskFailed", "States.DataLimitExceeded", "States.Runtime"],
  ...["Lambda.Unknown", "Sandbox.Timedout", "Runtime.ExitError"],
  ...notReadyErrors,
  ...startErrors,
];
/** Names of the errors that the functions define. */
const thrown = readdirSync(path.join(root, "functions"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.includes("node_modules"))
  .map((file) => readFileSync(path.join(root, "functions", file), "utf8"))
  .flatMap((source) => [...source.matchAll(/\bname = "(\w+)"/g)].map(([, name = ""]) => name));

/** Names in Retry and Catch that are neither AWS's nor thrown by a function. */
function unknownErrors(definition: string): readonly string[] {
  return statesOf(JSON.parse(definition))
    .flatMap(([, { Retry = [], Catch = [] }]) => [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals))
    .filter((name) => !awsErrors.includes(name) && !thrown.includes(name));
}

describe("workflows, grants, functions and their environments", () => {
  it("has a machine for every ASL file, and in production none of the examples", () => {
    expect(dev.stateMachines).toHaveLength(files.length);
    expect(prod.stateMachines.map(({ type }) => type).sort()).toEqual(["EXPRESS", "STANDARD", "STANDARD", "STANDARD"]);
  });

  it("grants each machine every version of exactly the functions that its tasks name", () => {
    for (const { definition, roleArn, name } of dev.stateMachines) {
      const called = tasksOf(definition).map(([, { Parameters }]) => Parameters?.FunctionName ?? "");
      const granted = statementsOf(roleOf(dev, roleArn))
        .filter(({ Action }) => JSON.stringify(Action).includes("lambda:"))
        .flatMap(({ Resource }) => Resource as string[]);
      expect(new Set(granted), name).toEqual(new Set(called.map((arn) => arn.replace(/:\d+$/, ":*"))));
      expect(granted, name).toHaveLength(new Set(granted).size);
    }
  });

  it("lets the workflow of delayed starts start the main one through its alias, and no other", () => {
    const [main] = dev.stateMachines.filter(({ definition }) => definition.includes('"Map images"'));
    const starts = dev.stateMachines.filter(({ definition }) => definition.includes(":states:::states:startExecution"));
    expect(starts).toHaveLength(1);
    const { definition = "", roleArn = "" } = starts[0] ?? {};
    expect(definition).toContain(`"StateMachineArn":"${main?.arn}:live"`);
    const granted = statementsOf(roleOf(dev, roleArn)).filter(({ Action }) =>
      JSON.stringify(Action).includes("states:"),
    );
    expect(granted).toMatchObject([{ Action: ["states:StartExecution"], Resource: [main?.arn] }]);
  });

  it("names published versions in workflows and the alias in the API, and only such as exist", () => {
    const aliases = dev.functions.flatMap((each) => each.aliases.map(({ arn }) => arn));
    const versions = dev.functions.map(versionArn);
    const called = dev.stateMachines.flatMap(({ definition }) => tasksOf(definition));
    for (const [state, { Parameters }] of called) expect(versions, state).toContain(Parameters?.FunctionName);
    const methods = dev.restApis.flatMap((api) => api.methods);
    for (const { integration } of methods) {
      if (integration.kind === "lambda") expect(aliases).toContain(integration.functionArn);
    }
  });

  it("fills every placeholder and uses every function and number", () => {
    const named = new Set(files.flatMap((file) => loadDefinition(path.join(folder, file)).placeholders));
    const workers = (Object.keys(functionDefinitions) as FunctionName[]).filter((name) => name !== "api");
    for (const name of workers) expect(named).toContain(functionPlaceholder(name));
    for (const { definition } of dev.stateMachines) expect(definition).not.toContain("${");
  });

  it("waits for a function longer than the function may run", () => {
    const timeouts = new Map(dev.functions.map((each) => [versionArn(each), each.timeoutSeconds] as const));
    for (const { definition } of dev.stateMachines) {
      for (const [state, { Parameters, TimeoutSeconds }] of tasksOf(definition)) {
        expect(TimeoutSeconds, state).toBeGreaterThan(timeouts.get(Parameters?.FunctionName ?? "") ?? Number.NaN);
      }
    }
  });

  it("retries and catches only errors that exist: AWS's own, or thrown by a function", () => {
    for (const { definition, name } of dev.stateMachines) expect(unknownErrors(definition), name).toEqual([]);
    const misspelt = ["States.Timeot", "Lambda.TooManyRequestException", "NoSuchError", "InvalidInput", "States.ALL"];
    const Retry = [{ ErrorEquals: misspelt }];
    const planted = JSON.stringify({ StartAt: "A", States: { A: { Type: "Task", Retry, End: true } } });
    expect(unknownErrors(planted)).toEqual(misspelt.slice(0, 3));
  });

  it("retries or catches the errors by which Lambda asks for another try, at every task", () => {
    for (const { definition, name } of dev.stateMachines) {
      for (const [state, { Retry = [], Catch = [] }] of tasksOf(definition)) {
        const handled = [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals);
        const missing = transientErrors.filter((error) => !handled.includes(error) && !handled.includes("States.ALL"));
        expect(missing, `${name}: ${state}`).toEqual([]);
        expect(handled, `${name}: ${state}`).toContain("Lambda.TooManyRequestsException");
      }
    }
  });

  it("documents every error that a task retries, and no other", () => {
    const text = readFileSync(path.join(root, "docs/operations.md"), "utf8");
    const [, section = ""] = /\n## Errors that are retried\n([\s\S]*?)\n## /.exec(text) ?? [];
    const documented = [...section.matchAll(/^\| `([\w.]+)`/gm)].map(([, name = ""]) => name);
    const retried = dev.stateMachines
      .flatMap(({ definition }) => tasksOf(definition))
      .flatMap(([, { Retry = [] }]) => Retry.flatMap(({ ErrorEquals }) => ErrorEquals));
    expect(documented.sort()).toEqual([...new Set(retried)].sort());
  });

  it("never retries what a function refuses: another try would be refused, too, unless the bucket or a receiver was to blame", () => {
    for (const { definition, name } of dev.stateMachines) {
      for (const [state, { Retry = [] }] of tasksOf(definition)) {
        const retried = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
        const refusals = retried.filter((error) => /^States\.(ALL|TaskFailed)$/.test(error) || thrown.includes(error));
        expect(
          refusals.filter((error) => error !== storageError && error !== undeliveredError),
          `${name}: ${state}`,
        ).toEqual([]);
      }
    }
  });

  it("sets exactly the variables that each function parses, with values that it accepts", () => {
    for (const [name, schema] of Object.entries(functionEnvironments)) {
      const command = `${functionDefinitions[name as FunctionName].handler}`;
      const declared = dev.functions.find((each) => each.command[0] === command);
      expect(Object.keys(declared?.environment ?? {}).sort(), name).toEqual(Object.keys(schema.shape).sort());
      expect(schema.safeParse(declared?.environment).error, name).toBeUndefined();
    }
  });

  it("stages the module that each function's command names", () => {
    for (const { command, imageUri } of dev.functions) {
      const context = dev.images.find(({ uri }) => uri === imageUri)?.context ?? "";
      const module = command[0]?.replace(/\.\w+$/, ".mjs") ?? "";
      expect(existsSync(path.join(context, module)), module).toBe(true);
    }
  });

  it("has no wildcard in any role but the listed ones, in both stacks", () => {
    for (const graph of [dev, prod]) {
      const statements = graph.roles.flatMap(statementsOf);
      expect(offences(statements)).toEqual([]);
      for (const { Sid } of statements) expect(Sid).toMatch(/^\w+$/);
    }
  });

  it("logs of every function and machine go to a group that forgets", () => {
    const groups = new Map(prod.logGroups.map(({ name, retentionDays }) => [name, retentionDays]));
    const writers = [
      ...prod.functions.map(({ logGroupName }) => logGroupName),
      ...prod.stateMachines.map(({ logging }) => logging?.logGroupName ?? ""),
    ];
    for (const group of writers) expect(groups.get(group)).toBeGreaterThan(0);
  });
});
