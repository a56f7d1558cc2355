import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { StateMachine, type StateMachineArgs } from "./state-machine.ts";
import { listOf, registrations, the } from "./test-support/registrations.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "machine-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = path.join(folder, "workflow.asl.json");
writeFileSync(file, '{"TimeoutSeconds":"${WorkflowTimeoutSeconds}","Resource":"${MapFunctionArn}"}');
const distributed = path.join(folder, "distributed.asl.json");
const map = { Label: "AtScale", ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED" } } };
writeFileSync(distributed, JSON.stringify({ States: { Each: map } }));
const unlabelled = path.join(folder, "unlabelled.asl.json");
writeFileSync(unlabelled, JSON.stringify({ States: { Each: { ...map, Label: undefined } } }));

const args: StateMachineArgs = {
  accountId: "123456789012",
  file,
  type: "STANDARD",
  functions: { map: "arn:map:live", reduce: "arn:reduce:live" },
  values: { WorkflowTimeoutSeconds: 60, MapConcurrency: 4 },
  bucketArn: "arn:aws:s3:::data",
  logRetentionDays: 7,
};
const made = (more: Partial<StateMachineArgs> = {}, preview = false) =>
  registrations(() => new StateMachine("flow", { ...args, ...more }), { preview });
const statements = async (more: Partial<StateMachineArgs> = {}) =>
  JSON.parse(String(the(await made(more), "RolePolicy").inputs["policy"])).Statement as Record<string, unknown>[];

describe("a state machine", () => {
  it.each([false, true])("is a machine with its log group and its role (preview: %s)", async (preview) => {
    expect(listOf(await made({}, preview))).toEqual([
      "LogGroup flow-logs",
      "Role flow-role",
      "RolePolicy flow-policy",
      "StateMachine flow",
      "StateMachine flow",
    ]);
  });

  it("runs its file, filled", async () => {
    const machine = (await made()).find(({ type }) => type.startsWith("aws:sfn"));
    expect(machine?.inputs["definition"]).toBe('{"TimeoutSeconds":60,"Resource":"arn:map:live"}');
  });

  it("names Step Functions' integrations as its own partition does", async () => {
    const task = path.join(folder, "task.asl.json");
    writeFileSync(task, '{"Resource":"arn:aws:states:::lambda:invoke"}');
    const of = async (bucketArn: string) =>
      (await made({ file: task, bucketArn })).find(({ type }) => type.startsWith("aws:sfn"))?.inputs["definition"];
    expect(await of("arn:aws-us-gov:s3:::data")).toBe('{"Resource":"arn:aws-us-gov:states:::lambda:invoke"}');
    expect(await of("arn:aws:s3:::data")).toBe('{"Resource":"arn:aws:states:::lambda:invoke"}');
  });

  it("may call the functions that its file names and no others", async () => {
    const [invoke, logs, ...more] = await statements();
    expect(invoke).toEqual({
      Sid: "InvokeMap",
      Effect: "Allow",
      Action: ["lambda:InvokeFunction"],
      Resource: ["arn:map:live"],
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
      (await made({ type })).find((each) => each.type.startsWith("aws:sfn"))?.inputs["loggingConfiguration"];
    expect(await loggingOf("EXPRESS")).toMatchObject({ level: "ALL", includeExecutionData: true });
    expect(await loggingOf("STANDARD")).toMatchObject({
      level: "ERROR",
      includeExecutionData: false,
      logDestination: expect.stringMatching(/:log-group:\/aws\/vendedlogs\/states\/flow-\w+:\*$/),
    });
  });

  it("is refused when a function that its file names does not exist", async () => {
    await expect(made({ functions: {} })).rejects.toThrow(/"MapFunctionArn" has no value/);
  });

  it.each([false, true])(
    "with a Distributed Map has one policy more, which names the machine (preview: %s)",
    async (preview) => {
      expect(listOf(await made({ file: distributed }, preview))).toEqual([
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
    const resources = await made({ file: distributed });
    const sids = resources
      .filter(({ type }) => type.endsWith(":RolePolicy"))
      .map(({ inputs }) => JSON.parse(String(inputs["policy"])).Statement.map(({ Sid }: { Sid: string }) => Sid));
    expect(sids).toEqual([
      ["ReadPlans", "WriteMapRuns", "DeliverExecutionLogs"],
      ["StartChildren", "ControlChildren", "RedriveChildren"],
    ]);
    const children = resources.find(({ name }) => name === "flow-children");
    const arn = resources.find(({ type }) => type.startsWith("aws:sfn"))?.outputs["arn"];
    expect(String(children?.inputs["policy"])).toContain(`"Resource":["${arn}"]`);
    expect(String(children?.inputs["policy"])).toContain(":execution:");
    expect(String(children?.inputs["policy"])).toContain("/AtScale:*");
  });

  it("is refused with a Distributed Map that has no label to grant", async () => {
    await expect(made({ file: unlabelled })).rejects.toThrow(/has no Label/);
  });
});
