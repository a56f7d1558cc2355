/**
 * Grants whose removal no scenario can notice on this machine, each with the feature that needs it. An entry that
 * matches no such grant fails the lane.
 */
export interface Reason {
  readonly role: RegExp;
  readonly sid: string;
  readonly reason: string;
}

const machines = /^(notifications|workflow|delayed-start|classify-now|single-task|branch-map-reduce|three-images)$/;

export const reasons: readonly Reason[] = [
  {
    role: machines,
    sid: "DeliverExecutionLogs",
    reason:
      'Step Functions sets up and checks the delivery of execution logs with the machine\'s role when a machine is made; here the runtime writes the log groups itself (Step Functions, "Logging to CloudWatch Logs")',
  },
  {
    role: machines,
    sid: "WriteTraces",
    reason:
      'Step Functions sends its segments with the machine\'s role; there is no X-Ray here (Step Functions, "Tracing with X-Ray")',
  },
  {
    role: machines,
    sid: "SampleTraces",
    reason:
      "Step Functions asks for X-Ray's sampling rules with the machine's role; there is no X-Ray here (Step Functions, \"Tracing with X-Ray\")",
  },
  {
    role: /^rest-access$/,
    sid: "AssumeByService",
    reason: "API Gateway takes the account-wide role to write access logs, which only AWS does",
  },
];

export function reasonFor({ role, sid }: { readonly role: string; readonly sid: string }): Reason | undefined {
  return reasons.find((each) => each.sid === sid && each.role.test(role));
}
