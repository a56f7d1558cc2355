import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { readConfiguration } from "../configuration.ts";
import { listOf, registrations, the } from "../test-support/registrations.ts";
import { Notifications } from "./notifications.ts";

const machineArn = "arn:aws:states:eu-central-1:000000000000:stateMachine:workflow";
const secret = `whsec_${Buffer.alloc(32, "key").toString("base64")}`;
const enabled = { notifyHosts: '["hooks.example.com"]', webhookSecret: `${secret} ${secret}` };

const made = (config: Readonly<Record<string, string>> = {}, preview = false) =>
  registrations(
    () =>
      new Notifications("dlw", {
        configuration: readConfiguration(),
        accountId: "000000000000",
        partition: "aws",
        images: { light: "light@sha256:1", classify: "classify@sha256:2" },
        bucket: { name: "data", arn: pulumi.output("arn:aws:s3:::data") },
        stateMachineArn: pulumi.output(machineArn),
        delayedStartArn: pulumi.output(`${machineArn}-later`),
        apiUrl: "https://api.example.com/v1",
      }),
    { config, preview },
  );
const statementsOf = (resources: Awaited<ReturnType<typeof made>>, name: string) =>
  JSON.parse(String(resources.find((each) => each.name === name)?.inputs["policy"])).Statement as object[];

describe("the notifications", () => {
  it.each([false, true])("are a function, its workflow and a rule with a role (preview: %s)", async (preview) => {
    expect(listOf(await made({}, preview))).toEqual([
      "ContainerFunction dlw-notify",
      "EventRule dlw-ended",
      "EventTarget dlw-ended-target",
      "Function dlw-notify",
      "LogGroup dlw-notifications-logs",
      "LogGroup dlw-notify-logs",
      "Notifications dlw",
      "Role dlw-ended-role",
      "Role dlw-notifications-role",
      "Role dlw-notify-role",
      "RolePolicy dlw-ended-policy",
      "RolePolicy dlw-notifications-policy",
      "RolePolicy dlw-notify-policy",
      "StateMachine dlw-notifications",
      "StateMachine dlw-notifications",
    ]);
  });

  it("begin with exactly the ends of the main workflow's executions, and of those that end before they begin", async () => {
    const { inputs } = the(await made(enabled), "EventRule");
    expect(JSON.parse(String(inputs["eventPattern"]))).toEqual({
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
      detail: {
        $or: [
          { stateMachineArn: [machineArn], status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] },
          { stateMachineArn: [`${machineArn}-later`], status: ["FAILED", "TIMED_OUT", "ABORTED"] },
        ],
      },
    });
  });

  it("are switched off while no host is allowed, which is the default", async () => {
    expect(the(await made(), "EventRule").inputs["state"]).toBe("DISABLED");
    expect(the(await made(enabled), "EventRule").inputs["state"]).toBe("ENABLED");
  });

  it("start the newest definition, which is no version and has no alias, with a role for exactly that", async () => {
    const resources = await made(enabled);
    const machine = resources.find(({ type }) => type === "aws:sfn/stateMachine:StateMachine");
    expect(machine?.inputs["publish"]).toBe(false);
    expect(the(resources, "EventTarget").inputs["arn"]).toBe(machine?.outputs["arn"]);
    expect(statementsOf(resources, "dlw-ended-policy")).toEqual([
      {
        Sid: "StartNotifications",
        Effect: "Allow",
        Action: ["states:StartExecution"],
        Resource: [machine?.outputs["arn"]],
      },
    ]);
    expect(the(resources, "EventTarget").options.dependencies.join()).toContain("dlw-ended-policy");
  });

  it("let the function read executions of the main workflow and write its records, and nothing else", async () => {
    const statements = statementsOf(await made(enabled), "dlw-notify-policy");
    expect(statements.slice(1)).toEqual([
      {
        Sid: "PutNotifications",
        Effect: "Allow",
        Action: ["s3:PutObject"],
        Resource: ["arn:aws:s3:::data/notifications/*"],
      },
      {
        Sid: "ReadExecutions",
        Effect: "Allow",
        Action: ["states:DescribeExecution"],
        Resource: [
          "arn:aws:states:eu-central-1:000000000000:execution:workflow:*",
          "arn:aws:states:eu-central-1:000000000000:execution:workflow-later:*",
        ],
      },
    ]);
  });

  it("give the function each secret, as a secret", async () => {
    const resources = await made(enabled);
    const declared = resources.find(({ type }) => type === "aws:lambda/function:Function");
    const { variables } = declared?.inputs["environment"] as { variables: Record<string, string> };
    expect(JSON.parse(variables["WEBHOOK_SECRETS"] ?? "")).toEqual([secret, secret]);
    expect(declared?.secretInputs).toContain("environment.variables.WEBHOOK_SECRETS");
  });
});
