import { expect, it } from "vitest";
import { childRecord } from "./child-record.ts";

const child = {
  executionArn: "arn:child",
  machineArn: "arn:machine",
  name: "child",
  input: "{}",
  redriveCount: 0,
} as const;

it.each([
  ["SUCCEEDED", "NOT_REDRIVABLE", "Execution is SUCCEEDED and cannot be redriven"],
  ["PENDING", "NOT_REDRIVABLE", "Execution was not started"],
  ["FAILED", "REDRIVABLE_BY_MAP_RUN", undefined],
] as const)(
  "writes of a child that is %s whether a redrive can run it again, and why not",
  (status, redrive, reason) => {
    expect(childRecord({ ...child, status })).toMatchObject({
      Status: status,
      RedriveStatus: redrive,
      ...(reason !== undefined && { RedriveStatusReason: reason }),
    });
  },
);
