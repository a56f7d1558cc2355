import type { Aws } from "../service/aws.ts";
import type { Configuration } from "../service/configuration.ts";
import type { HttpApi } from "../service/http-api.ts";
import { readPlan } from "../service/plans.ts";
import type { StepFunctions } from "../service/step-functions.ts";
import type { FollowServices } from "./followed-execution.ts";
import type { Imports } from "./imports.ts";
import { sleep, visible } from "./tab.ts";

/** Child executions that are read per cycle: on AWS fewer, because the account's quotas are shared with production. */
const childrenPerLook = { here: 12, deployed: 6 } as const;

export interface FollowSources {
  readonly aws: Aws;
  readonly api: HttpApi;
  readonly stepFunctions: StepFunctions;
  readonly imports: Pick<Imports, "execution">;
  readonly configuration: Configuration;
}

/** What an execution is followed with: the stack's services, or the file that it was imported from. */
export function followServices(
  arn: string,
  { aws, api, stepFunctions, imports, configuration }: FollowSources,
  changed: () => void,
): FollowServices {
  const imported = imports.execution;
  const isHere = configuration.deployed === undefined;
  const stack = { stepFunctions, api, readPlan: (location: Parameters<typeof readPlan>[1]) => readPlan(aws, location) };
  return {
    ...(imported?.arn === arn ? imported.services : stack),
    childrenPerLook: isHere ? childrenPerLook.here : childrenPerLook.deployed,
    readsAllChildren: isHere,
    changed,
    sleep,
    visible,
  };
}
