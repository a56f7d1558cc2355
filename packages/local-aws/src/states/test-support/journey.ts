import { functionArn, machine } from "./harness.ts";

/**
 * A machine with everything that a restart can interrupt: random numbers, a task that fails before it succeeds,
 * branches, nested iterations with a limit, a failure that is caught, a wait and a choice. The behaviour of its
 * functions depends only on their payload.
 */
const call = (name: string, fields: object = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: functionArn(name), Payload: { "input.$": "$", "retry.$": "$$.State.RetryCount" } },
  OutputPath: "$.Payload",
  ...("Next" in fields ? {} : { End: true }),
  ...fields,
});

const retry = [
  { ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2, JitterStrategy: "FULL" },
];

const definition = {
  StartAt: "Draw",
  TimeoutSeconds: 3_600,
  States: {
    Draw: {
      Type: "Pass",
      Parameters: {
        "id.$": "States.UUID()",
        "chance.$": "States.MathRandom(1, 1000000)",
        "items.$": "States.ArrayRange(1, 5, 1)",
      },
      Next: "Fan out",
    },
    "Fan out": {
      Type: "Parallel",
      Branches: [
        {
          StartAt: "Each",
          States: {
            Each: {
              Type: "Map",
              ItemsPath: "$.items",
              MaxConcurrency: 2,
              ItemProcessor: {
                StartAt: "Double",
                States: {
                  Double: call("double", { Retry: retry, Next: "Rest" }),
                  Rest: { Type: "Wait", Seconds: 1, End: true },
                },
              },
              End: true,
            },
          },
        },
        { StartAt: "Nap", States: { Nap: { Type: "Wait", Seconds: 2, Next: "Slow" }, Slow: call("echo") } },
        {
          StartAt: "Doomed",
          States: {
            Doomed: {
              Type: "Map",
              ItemsPath: "$.items",
              ItemProcessor: { StartAt: "Break", States: { Break: call("break") } },
              Catch: [{ ErrorEquals: ["Broken"], ResultPath: "$.failure", Next: "Keep" }],
              End: true,
            },
            Keep: { Type: "Pass", Parameters: { "error.$": "$.failure.Error" }, End: true },
          },
        },
      ],
      ResultPath: "$.branches",
      Next: "Decide",
    },
    Decide: {
      Type: "Choice",
      Choices: [{ Variable: "$.branches[2].error", StringEquals: "Broken", Next: "Finish" }],
      Default: "Lost",
    },
    Lost: { Type: "Fail", Error: "Lost" },
    Finish: call("echo"),
  },
};

export const journey = machine(definition, { name: "journey" });
