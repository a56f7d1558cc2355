import { afterEach, describe, expect, it } from "vitest";
import { serviceCaller } from "../iam/resource-policy.ts";
import {
  accountId,
  functionResource,
  type Harness,
  open,
  region,
  role,
  stopAll,
  trust,
} from "./test-support/harness.ts";

afterEach(stopAll);

const echo = `export const handler = async (event) => event;`;

describe("who may invoke", () => {
  const alias = `${functionResource("echo").arn}:live`;
  const states = {
    ...role(),
    name: "states",
    arn: `arn:aws:iam::${accountId}:role/states`,
    assumeRolePolicy: trust("states.amazonaws.com"),
  };
  const invokeLive = { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: alias };
  const allowed = { ...states, policies: { invoke: { Version: "2012-10-17", Statement: [invokeLive] } } };
  const asStates = (opening: Harness, functionArn: string) =>
    opening.lambda.invoker.invoke({
      functionArn,
      payload: "{}",
      caller: opening.iam.callerOf(opening.iam.issue(states.arn, "run", "states.amazonaws.com").accessKeyId),
    });

  it("is a role with a grant for exactly what it names: the alias, and not the function behind it", async () => {
    const opening = open({ handlers: { echo }, roles: [role(), allowed] });
    expect(await asStates(opening, alias)).toMatchObject({ payload: "{}", executedVersion: "1" });
    await expect(asStates(opening, functionResource("echo").arn)).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });

  it("is not a role without the grant", async () => {
    await expect(asStates(open({ handlers: { echo }, roles: [role(), states] }), alias)).rejects.toThrow(
      `is not authorized to perform: lambda:InvokeFunction on resource: ${alias}`,
    );
  });

  it("is a service by the function's resource policy", async () => {
    const source = `arn:aws:execute-api:${region}:${accountId}:abc123/dev/POST/orders`;
    const call = (permissions: ReturnType<typeof functionResource>["permissions"]) =>
      open({ handlers: { echo }, functions: { echo: { permissions } } }).lambda.invoker.invoke({
        functionArn: alias,
        payload: "{}",
        caller: serviceCaller("apigateway.amazonaws.com", source),
      });
    const permission = { statementId: "api", action: "lambda:InvokeFunction", principal: "apigateway.amazonaws.com" };
    expect(await call([{ ...permission, qualifier: "live" }])).toMatchObject({ payload: "{}" });
    await expect(call([])).rejects.toMatchObject({ name: "AccessDeniedException", status: 403 });
    await expect(call([{ ...permission, qualifier: "live", sourceArn: `${source}x` }])).rejects.toThrow(
      "no resource-based policy allows",
    );
  });

  it("a role that Lambda cannot assume runs nothing", async () => {
    const { invoke } = open({ handlers: { echo }, roles: [role({ assumeRolePolicy: trust("states.amazonaws.com") })] });
    await expect(invoke("echo")).rejects.toThrow('lambda.amazonaws.com cannot assume role "function-role"');
  });

  it("a role that may not write the log runs without one, with a warning", async () => {
    const { invoke, lines, warnings } = open({ handlers: { echo }, roles: [role({ policies: {} })] });
    expect(await invoke("echo", { a: 1 })).toEqual({ payload: { a: 1 }, failed: false });
    expect(lines.entries).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/^Function "echo" runs without a log: .*logs:CreateLogStream/)]);
  });

  it("active tracing needs the grants for it", async () => {
    const tracing = { functions: { echo: { tracing: true } }, handlers: { echo } };
    await expect(open(tracing).invoke("echo")).rejects.toThrow(
      "does not have permissions to call PutTraceSegments on XRAY",
    );
    const actions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
    const trace = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] };
    const { invoke } = open({ ...tracing, roles: [role({ policies: { ...role().policies, trace } })] });
    expect((await invoke("echo")).failed).toBe(false);
  });
});
