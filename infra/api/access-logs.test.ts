import { expect, it } from "vitest";
import { registrations, the } from "../test-support/registrations.ts";
import { AccessLogs, type AccessLogsArgs } from "./access-logs.ts";

const args: AccessLogsArgs = { apiAccessLogs: true, apiGatewayAccountRole: "manage", logRetentionDays: 7 };
const logs = () => registrations(() => new AccessLogs("logs", args));

it("lets API Gateway, and no other service, assume the account's role", async () => {
  expect(JSON.parse(String(the(await logs(), "Role").inputs["assumeRolePolicy"]))).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AssumeByService",
        Effect: "Allow",
        Principal: { Service: "apigateway.amazonaws.com" },
        Action: ["sts:AssumeRole"],
      },
    ],
  });
});

it("logs of each request these facts, and neither its body nor its key", async () => {
  const formats: (string | undefined)[] = [];
  await registrations(() => {
    formats.push(new AccessLogs("logs", args).settings?.format);
  });
  expect(JSON.parse(formats[0] ?? "")).toEqual({
    requestId: "$context.requestId",
    time: "$context.requestTimeEpoch",
    method: "$context.httpMethod",
    path: "$context.path",
    status: "$context.status",
    latencyMs: "$context.responseLatency",
    bytes: "$context.responseLength",
    ip: "$context.identity.sourceIp",
    error: "$context.error.message",
  });
});
