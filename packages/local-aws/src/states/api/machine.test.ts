import {
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ListStateMachinesCommand,
  ValidateStateMachineDefinitionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { ended, start, useApi, work } from "../test-support/api-fixture.ts";
import { machine } from "../test-support/harness.ts";

const api = useApi();

describe("state machines", () => {
  it("are listed and described, an execution's own definition too after an update", async () => {
    const { executionArn } = await start(api(), "wait");
    const changed = { ...work, definition: JSON.stringify({ StartAt: "New", States: { New: { Type: "Succeed" } } }) };
    api().harness.states.update([changed]);
    const { stateMachines } = await api().client.send(new ListStateMachinesCommand({}));
    expect(stateMachines?.map(({ name, type }) => [name, type])).toEqual([["work", "STANDARD"]]);
    const now = await api().client.send(new DescribeStateMachineCommand({ stateMachineArn: work.arn }));
    expect(now).toMatchObject({
      definition: changed.definition,
      status: "ACTIVE",
      loggingConfiguration: { level: "OFF" },
    });
    const then = await api().client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    expect(then.definition).toBe(work.definition);
    api().release();
    expect(await ended(api(), executionArn)).toBe("SUCCEEDED");
    expect(api().harness.invoker.calls).toHaveLength(1);
  });

  it("keep serving as they were when an update cannot run", async () => {
    const distributed = machine(
      {
        StartAt: "Each",
        States: {
          Each: {
            Type: "Map",
            ItemProcessor: {
              ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
              StartAt: "One",
              States: { One: { Type: "Pass", End: true } },
            },
            End: true,
          },
        },
      },
      { type: "EXPRESS" },
    );
    expect(() => api().harness.states.update([distributed])).toThrow(/state 'Each' is a Distributed Map/);
    expect(() => api().harness.states.update([machine("{")])).toThrow(/must be a valid JSON object/);
    expect(() => api().harness.states.update([machine({ StartAt: "A", States: {} })])).toThrow(/"machine"/);
    expect(await ended(api(), (await start(api(), "a")).executionArn)).toBe("SUCCEEDED");
  });

  it("are validated by ValidateStateMachineDefinition", async () => {
    const validate = (definition: string) =>
      api().client.send(new ValidateStateMachineDefinitionCommand({ definition }));
    expect(await validate(work.definition)).toMatchObject({ result: "OK", diagnostics: [] });
    const missing = await validate(JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", Next: "B" } } }));
    expect(missing.result).toBe("FAIL");
    expect(missing.diagnostics).toContainEqual({
      severity: "ERROR",
      code: "MISSING_TRANSITION_TARGET",
      message: "Missing 'Next' target: B",
      location: "/States/A/Next",
    });
  });
});

it("refuses operations that it does not know and bodies that are not JSON objects", async () => {
  await expect(api().harness.call("GetActivityTask", {})).rejects.toMatchObject({
    name: "UnknownOperationException",
  });
  await expect(api().harness.call("toString", {})).rejects.toMatchObject({ name: "UnknownOperationException" });
  await expect(api().harness.call("ListExecutions", [])).rejects.toMatchObject({ name: "SerializationException" });
  await expect(api().harness.call("ListExecutions", {})).rejects.toMatchObject({ name: "ValidationException" });
});
