import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { preflightHeaders } from "./cors.ts";

export interface ProxyRouteArgs {
  restApi: pulumi.Input<string>;
  resourceId: pulumi.Input<string>;
  /** Alias of the function that answers. */
  invokeArn: pulumi.Input<string>;
  authentication: "apiKey" | "iam" | "none";
  corsOrigins: readonly string[];
  timeoutMs: number;
}

/** One path of the REST API: every method goes to the function, preflights are answered by the gateway. */
export class ProxyRoute extends pulumi.ComponentResource {
  /** All that a deployment must wait for. */
  readonly parts: readonly pulumi.Resource[];

  constructor(name: string, args: ProxyRouteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:ProxyRoute", name, {}, opts);
    this.parts = [...this.createProxy(name, args), ...this.createPreflight(name, args)];
    this.registerOutputs({ parts: this.parts });
  }

  private createProxy(name: string, args: ProxyRouteArgs): readonly pulumi.Resource[] {
    const method = new aws.apigateway.Method(
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
    const integration = new aws.apigateway.Integration(
      `${name}-function`,
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
    return [method, integration];
  }

  /** Without a key, as browsers send preflights, and without a function: what anybody may call must cost nothing. */
  private createPreflight(name: string, args: ProxyRouteArgs): readonly pulumi.Resource[] {
    const { restApi, resourceId } = args;
    const at = { restApi, resourceId, httpMethod: "OPTIONS" };
    const method = new aws.apigateway.Method(
      `${name}-options`,
      { ...at, authorization: "NONE", apiKeyRequired: false },
      { parent: this },
    );
    const integration = new aws.apigateway.Integration(
      `${name}-preflight`,
      { ...at, type: "MOCK", requestTemplates: { "application/json": '{"statusCode": 204}' } },
      { parent: this, dependsOn: [method] },
    );
    const headers = preflightHeaders(args.corsOrigins);
    const methodResponse = new aws.apigateway.MethodResponse(
      `${name}-preflight-headers`,
      {
        ...at,
        statusCode: "204",
        responseParameters: Object.fromEntries(Object.keys(headers).map((header) => [header, true])),
      },
      { parent: this, dependsOn: [method] },
    );
    const integrationResponse = new aws.apigateway.IntegrationResponse(
      `${name}-preflight-values`,
      { ...at, statusCode: "204", responseParameters: headers },
      { parent: this, dependsOn: [integration, methodResponse] },
    );
    return [method, integration, methodResponse, integrationResponse];
  }
}
