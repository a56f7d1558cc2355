import { Verdict } from "../support/verdict.ts";
import { judgeDefinitions } from "./definitions.ts";
import { judgeNames } from "./names.ts";
import { judgePolicies } from "./policies.ts";
import { judgeWorkflows } from "./workflows.ts";

/** What GitHub, IAM and Step Functions will read, judged by implementations that are not ours. */
const verdict = new Verdict();
await judgeWorkflows(verdict);
await judgePolicies(verdict);
await judgeNames(verdict);
await judgeDefinitions(verdict);
verdict.close();
