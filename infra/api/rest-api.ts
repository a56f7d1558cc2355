import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { apiGatewayLimits } from "../../contract/limits.ts";
import type { Configuration } from "../configuration.ts";
import { AccessLogs } from "./access-logs.ts";
import { ApiParts } from "./api-parts.ts";
import { errorCorsHeaders } from "./cors.ts";
import { gatewayResponses } from "./gateway-responses.ts";
import { ProxyRoute } from "./proxy-route.ts";
import { UsagePlan } from "./usage-plan.ts";

export interface RestApiArgs
  extends Pick<
    Configuration,
    | "authentication"
    | "apiKey"
    | "throttleRate"
    | "throttleBurst"
    | "quotaLimit"
    | "quotaPeriod"
    | "corsOrigins"
    | "tracing"
    | "apiAccessLogs"
    | "apiGatewayAccountRole"
    | "logRetentionDays"
  > {
  /** The alias of the function that handles requests (functions/api/handler.ts). */
  handler: aws.lambda.Alias;
}

const stageName = "v1";

/** The REST API: every path and method goes to the function `api`; keys, throttling and errors are the gateway's. */
export class RestApi extends pulumi.ComponentResource {
  readonly api: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
  /** Without a trailing slash. */
  readonly endpoint: pulumi.Output<string>;
  /** Only with authentication `apiKey`. */
  readonly plan: UsagePlan | undefined;

  constructor(name: string, args: RestApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:RestApi", name, {}, opts);
    this.api = new aws.apigateway.RestApi(name, { endpointConfiguration: { types: "REGIONAL" } }, { parent: this });
    const parts = new ApiParts();
    this.#createRoutes(name, args, parts);
    this.#createErrors(name, args, parts);
    const permission = this.#createPermission(name, args.handler);
    const deployment = this.#createDeployment(name, parts, permission);
    this.stage = this.#createStage(name, args, deployment);
    this.#createThrottle(name, args);
    this.plan =
      args.authentication === "apiKey"
        ? new UsagePlan(
            `${name}-plan`,
            { ...args, restApi: this.api.id, stage: this.stage.stageName },
            { parent: this },
          )
        : undefined;
    this.endpoint = this.stage.invokeUrl.apply((url) => url.replace(/\/$/, ""));
    this.registerOutputs({ api: this.api, stage: this.stage, endpoint: this.endpoint, plan: this.plan });
  }

  #createRoutes(name: string, args: RestApiArgs, parts: ApiParts): void {
    const proxy = parts.add(
      aws.apigateway.Resource,
      `${name}-proxy`,
      { restApi: this.api.id, parentId: this.api.rootResourceId, pathPart: "{proxy+}" },
      { parent: this },
    );
    const routes = { root: this.api.rootResourceId, proxy: proxy.id };
    for (const [route, resourceId] of Object.entries(routes)) {
      new ProxyRoute(
        `${name}-${route}`,
        {
          restApi: this.api.id,
          resourceId,
          invokeArn: args.handler.invokeArn,
          authentication: args.authentication,
          corsOrigins: args.corsOrigins,
          timeoutMs: apiGatewayLimits.integrationSeconds * 1_000,
          parts,
        },
        { parent: this },
      );
    }
  }

  #createErrors(name: string, { corsOrigins }: RestApiArgs, parts: ApiParts): void {
    for (const { responseType, statusCode, retryAfterSeconds, body } of gatewayResponses) {
      const retryAfter =
        retryAfterSeconds === undefined ? {} : { "gatewayresponse.header.Retry-After": `'${retryAfterSeconds}'` };
      parts.add(
        aws.apigateway.Response,
        `${name}-${responseType.toLowerCase().replaceAll("_", "-")}`,
        {
          restApiId: this.api.id,
          responseType,
          ...(statusCode !== undefined && { statusCode }),
          responseParameters: { ...errorCorsHeaders(corsOrigins), ...retryAfter },
          responseTemplates: { "application/json": body },
        },
        { parent: this },
      );
    }
  }

  #createPermission(name: string, handler: aws.lambda.Alias): aws.lambda.Permission {
    return new aws.lambda.Permission(
      `${name}-invoke`,
      {
        action: "lambda:InvokeFunction",
        function: handler.functionName,
        qualifier: handler.name,
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`${this.api.executionArn}/${stageName}/*`,
      },
      { parent: this },
    );
  }

  /** A deployment is a snapshot: without triggers for everything that defines the API, the stage would not change. */
  #createDeployment(name: string, parts: ApiParts, permission: pulumi.Resource): aws.apigateway.Deployment {
    return new aws.apigateway.Deployment(
      `${name}-deployment`,
      { restApi: this.api.id, triggers: { definition: parts.hash } },
      { parent: this, dependsOn: [...parts.resources, permission] },
    );
  }

  #createStage(name: string, args: RestApiArgs, deployment: aws.apigateway.Deployment): aws.apigateway.Stage {
    const logs = args.apiAccessLogs || args.apiGatewayAccountRole === "manage";
    const accessLogs = logs ? new AccessLogs(`${name}-access`, args, { parent: this }) : undefined;
    const settings = accessLogs?.settings;
    return new aws.apigateway.Stage(
      `${name}-stage`,
      {
        restApi: this.api.id,
        deployment: deployment.id,
        stageName,
        xrayTracingEnabled: args.tracing,
        ...(settings && { accessLogSettings: settings }),
      },
      { parent: this, ...(accessLogs && { dependsOn: [accessLogs] }) },
    );
  }

  /** Limits of the whole stage, because a usage plan limits only requests with a key. */
  #createThrottle(name: string, args: RestApiArgs): aws.apigateway.MethodSettings {
    return new aws.apigateway.MethodSettings(
      `${name}-throttle`,
      {
        restApi: this.api.id,
        stageName: this.stage.stageName,
        methodPath: "*/*",
        settings: {
          throttlingRateLimit: args.throttleRate,
          throttlingBurstLimit: args.throttleBurst,
        },
      },
      { parent: this },
    );
  }
}
