import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ApiParts } from "./api-parts.ts";
import { hasOneAnswer, preflightHeaders } from "./cors.ts";

export interface ProxyRouteArgs {
  restApi: pulumi.Input<string>;
  resourceId: pulumi.Input<string>;
  /** Alias of the function that handles requests. */
  invokeArn: pulumi.Input<string>;
  authentication: "apiKey" | "iam" | "none";
  corsOrigins: readonly string[];
  timeoutMs: number;
  /** Collects the resources that a deployment waits for and is hashed from. */
  parts: ApiParts;
}

/** One path of the REST API: every method goes to the function; the gateway handles preflights where possible. */
export class ProxyRoute extends pulumi.ComponentResource {
  constructor(name: string, args: ProxyRouteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:ProxyRoute", name, {}, opts);
    this.#createProxy(name, args);
    this.#createPreflight(name, args);
    this.registerOutputs({});
  }

  #createProxy(name: string, args: ProxyRouteArgs): void {
    const method = args.parts.add(
      aws.apigateway.Method,
      `${name}-any`,
      {
        restApi: args.restApi,
        resourceId: args.resourceId,
        httpMethod: "ANY",
        authorization: args.authentication === "iam" ? "AWS_IAM" : "NONE",
        apiKeyRequired: args.authentication === "apiKey",
      },
      { parent: this },
    );
    this.#createIntegration(`${name}-function`, args, method);
  }

  #createIntegration(name: string, args: ProxyRouteArgs, method: aws.apigateway.Method): aws.apigateway.Integration {
    return args.parts.add(
      aws.apigateway.Integration,
      name,
      {
        restApi: args.restApi,
        resourceId: args.resourceId,
        httpMethod: method.httpMethod,
        type: "AWS_PROXY",
        integrationHttpMethod: "POST",
        uri: args.invokeArn,
        timeoutMilliseconds: args.timeoutMs,
      },
      { parent: this },
    );
  }

  /**
   * Needs no key, because browsers send preflights without one, and no function, because a public route must cost nothing.
   * Only several origins need the function: a fixed response names one origin, so pages of the others would be blocked.
   */
  #createPreflight(name: string, args: ProxyRouteArgs): void {
    const { restApi, resourceId } = args;
    const at = { restApi, resourceId, httpMethod: "OPTIONS" };
    const method = args.parts.add(
      aws.apigateway.Method,
      `${name}-options`,
      { ...at, authorization: "NONE", apiKeyRequired: false },
      { parent: this },
    );
    if (!hasOneAnswer(args.corsOrigins)) {
      this.#createIntegration(`${name}-preflight`, args, method);
      return;
    }
    const integration = args.parts.add(
      aws.apigateway.Integration,
      `${name}-preflight`,
      { ...at, type: "MOCK", requestTemplates: { "application/json": '{"statusCode": 204}' } },
      { parent: this, dependsOn: [method] },
    );
    const headers = preflightHeaders(args.corsOrigins);
    const methodResponse = args.parts.add(
      aws.apigateway.MethodResponse,
      `${name}-preflight-headers`,
      {
        ...at,
        statusCode: "204",
        responseParameters: Object.fromEntries(Object.keys(headers).map((header) => [header, true])),
      },
      { parent: this, dependsOn: [method] },
    );
    args.parts.add(
      aws.apigateway.IntegrationResponse,
      `${name}-preflight-values`,
      { ...at, statusCode: "204", responseParameters: headers },
      { parent: this, dependsOn: [integration, methodResponse] },
    );
  }
}
