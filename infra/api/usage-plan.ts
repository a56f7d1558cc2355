import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Configuration } from "../configuration.ts";

export interface UsagePlanArgs
  extends Pick<Configuration, "apiKey" | "throttleRate" | "throttleBurst" | "quotaLimit" | "quotaPeriod"> {
  restApi: pulumi.Input<string>;
  stage: pulumi.Input<string>;
}

/** An API key with its limits: rate, burst and quota. */
export class UsagePlan extends pulumi.ComponentResource {
  readonly key: aws.apigateway.ApiKey;
  /** Secret. */
  readonly keyValue: pulumi.Output<string>;

  constructor(name: string, args: UsagePlanArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:UsagePlan", name, {}, opts);
    this.key = new aws.apigateway.ApiKey(
      `${name}-key`,
      { ...(args.apiKey && { value: args.apiKey }) },
      { parent: this, additionalSecretOutputs: ["value"] },
    );
    const plan = new aws.apigateway.UsagePlan(
      name,
      {
        apiStages: [{ apiId: args.restApi, stage: args.stage }],
        throttleSettings: { rateLimit: args.throttleRate, burstLimit: args.throttleBurst },
        ...(args.quotaLimit !== undefined && { quotaSettings: { limit: args.quotaLimit, period: args.quotaPeriod } }),
      },
      { parent: this },
    );
    new aws.apigateway.UsagePlanKey(
      `${name}-member`,
      { usagePlanId: plan.id, keyId: this.key.id, keyType: "API_KEY" },
      { parent: this },
    );
    this.keyValue = pulumi.secret(this.key.value);
    this.registerOutputs({ key: this.key, keyValue: this.keyValue });
  }
}
