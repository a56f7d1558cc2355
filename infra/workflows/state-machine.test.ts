import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, describe, expect, it } from "vitest";
import { loadDefinition } from "../../statemachine/definition.ts";
import { testSettings } from "../../test/support/workflows.ts";
import { listOf, registrations, the } from "../test-support/registrations.ts";
import { StateMachine, type StateMachineArgs } from "./state-machine.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "machine-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const workflow = (name: string, text: string) => {
  const file = path.join(folder, `${name}.asl.json`);
  writeFileSync(file, text);
  return loadDefinition(file);
};
const plain = workflow("plain", '{"TimeoutSeconds":"${WorkflowTimeoutSeconds}","Resource":"${MapFunctionArn}"}');
const map = { Label: "AtScale", ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED" } } };
const distributed = workflow("distributed", JSON.stringify({ States: { Each: map } }));
const unlabelled = workflow("unlabelled", JSON.stringify({ States: { Each: { ...map, Label: undefined } } }));

const callable = (name: string) => ({
  arn: pulumi.output(`arn:${name}`),
  versionArn: pulumi.output(`arn:${name}:7`),
  readyAfter: undefined,
});
const args: StateMachineArgs = {
  accountId: "123456789012",
  partition: "aws",
  workflow: plain,
  type: "STANDARD",
  functions: { map: callable("map"), reduce: callable("reduce") },
  settings: { ...testSettings, workflowTimeout: 60 },
  releaseId: "0123456789ab",
  bucketArn: "arn:aws:s3:::data",
  logRetentionDays: 7,
};
const made = (more: Partial<StateMachineArgs> = {}, preview = false) =>
  registrations(() => new StateMachine("flow", { ...args, ...more }), { preview });
const statements = async (more: Partial<StateMachineArgs> = {}) =>
  JSON.parse(String(the(await made(more), "RolePolicy").inputs["policy"])).Statement as Record<string, unknown>[];

const isMachine = ({ type }: { readonly type: string }) => type.endsWith(":StateMachine") && type.startsWith("aws:");

describe("a state machine", () => {
  it.each([false, true])("is a machine with its log group and its role (preview: %s)", async (preview) => {
    expect(listOf(await made({}, preview))).toEqual([
      "Alias flow-live",
      "LogGroup flow-logs",
      "Role flow-role",
      "RolePolicy flow-policy",
      "StateMachine flow",
      "StateMachine flow",
    ]);
  });

  it("runs its file, filled", async () => {
    const machine = (await made()).find(isMachine);
    expect(machine?.inputs["definition"]).toBe('{"TimeoutSeconds":60,"Resource":"arn:map:7"}');
  });

  it("traces only on request, and says so", async () => {
    const tracing = async (more: Partial<StateMachineArgs>) =>
      (await made(more)).find(isMachine)?.inputs["tracingConfiguration"];
    expect(await tracing({})).toEqual({ enabled: false });
    expect(await tracing({ tracing: true })).toEqual({ enabled: true });
  });

  it("names Step Functions' integrations as its own partition does", async () => {
    const task = workflow("task", '{"Resource":"arn:aws:states:::lambda:invoke"}');
    const of = async (partition: string) =>
      (await made({ workflow: task, partition })).find(isMachine)?.inputs["definition"];
    expect(await of("aws-us-gov")).toBe('{"Resource":"arn:aws-us-gov:states:::lambda:invoke"}');
    expect(await of("aws")).toBe('{"Resource":"arn:aws:states:::lambda:invoke"}');
  });

  it("may call the functions that its file names and no others", async () => {
    const [invoke, logs, ...more] = await statements();
    expect(invoke).toEqual({
      Sid: "InvokeMap",
      Effect: "Allow",
      Action: ["lambda:InvokeFunction"],
      Resource: ["arn:map:*"],
    });
    expect(logs?.["Sid"]).toBe("DeliverExecutionLogs");
    expect(more).toEqual([]);
  });

  it("may write and sample traces only when it traces", async () => {
    const sids = (await statements({ tracing: true })).map(({ Sid }) => Sid);
    expect(sids).toEqual(["InvokeMap", "DeliverExecutionLogs", "WriteTraces", "SampleTraces"]);
  });

  it("logs an Express execution whole, since it keeps no history, and of a Standard one the errors", async () => {
    const loggingOf = async (type: StateMachineArgs["type"]) =>
      (await made({ type })).find(isMachine)?.inputs["loggingConfiguration"];
    expect(await loggingOf("EXPRESS")).toMatchObject({ level: "ALL", includeExecutionData: true });
    expect(await loggingOf("STANDARD")).toMatchObject({
      level: "ERROR",
      includeExecutionData: false,
      logDestination: expect.stringMatching(/:log-group:\/aws\/vendedlogs\/states\/flow-\w+:\*$/),
    });
  });

  it("publishes each change as a version, which takes all traffic at once unless a release moves it", async () => {
    const resources = await made();
    const machine = resources.find(isMachine);
    expect(machine?.inputs["publish"]).toBe(true);
    const alias = the(resources, "Alias");
    expect(alias.inputs).toEqual({
      name: "live",
      routingConfigurations: [{ stateMachineVersionArn: machine?.outputs["stateMachineVersionArn"], weight: 100 }],
    });
    expect(alias.options.ignoreChanges).toEqual([]);
    const gradual = the(await made({ release: "gradual" }), "Alias");
    expect(gradual.options.ignoreChanges).toEqual(["routingConfigurations"]);
    expect(gradual.inputs).toEqual(alias.inputs);
  });

  it("is refused when a function that its file names does not exist", async () => {
    await expect(made({ functions: {} })).rejects.toThrow(/"MapFunctionArn" has no value/);
  });

  it.each([false, true])(
    "with a Distributed Map has one policy more, which names the machine (preview: %s)",
    async (preview) => {
      expect(listOf(await made({ workflow: distributed }, preview))).toEqual([
        "Alias flow-live",
        "LogGroup flow-logs",
        "Role flow-role",
        "RolePolicy flow-children",
        "RolePolicy flow-policy",
        "StateMachine flow",
        "StateMachine flow",
      ]);
    },
  );

  it("may start and control its child executions, and read and write their objects, only with a Distributed Map", async () => {
    const resources = await made({ workflow: distributed });
    const sids = resources
      .filter(({ type }) => type.endsWith(":RolePolicy"))
      .map(({ inputs }) => JSON.parse(String(inputs["policy"])).Statement.map(({ Sid }: { Sid: string }) => Sid));
    expect(sids).toEqual([
      ["ReadPlans", "WriteMapRuns", "DeliverExecutionLogs"],
      ["StartChildren", "ControlChildren", "RedriveChildren"],
    ]);
    const children = resources.find(({ name }) => name === "flow-children");
    const arn = resources.find(isMachine)?.outputs["arn"];
    expect(String(children?.inputs["policy"])).toContain(`"Resource":["${arn}"]`);
    expect(String(children?.inputs["policy"])).toContain(":execution:");
    expect(String(children?.inputs["policy"])).toContain("/AtScale:*");
  });

  it("is refused with a Distributed Map that has no label to grant", async () => {
    await expect(made({ workflow: unlabelled })).rejects.toThrow(/has no Label/);
  });
});
