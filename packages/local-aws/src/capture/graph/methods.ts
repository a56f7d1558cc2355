import type { CapturedResource, RestApiResource } from "../../graph.ts";
import { ofType, type Reader } from "./reader.ts";

type Method = RestApiResource["methods"][number];

/** Reads the methods of a REST API, each with its integration. */
export function methodsOf(api: Reader, resources: readonly CapturedResource[]): readonly Method[] {
  const id = api.text("id");
  const mine = (type: string) =>
    ofType(resources, `aws:apigateway/${type}`).filter((each) => each.text("restApi") === id);
  const paths = pathsOf(api, mine("resource:Resource"));
  const integrations = mine("integration:Integration");
  const responses = mine("integrationResponse:IntegrationResponse");
  return mine("method:Method").map((method) => {
    const same = (other: Reader) =>
      ["resourceId", "httpMethod"].every((property) => other.text(property) === method.text(property));
    const integration = integrations.find(same);
    const path = paths.get(method.text("resourceId"));
    if (!integration || path === undefined) {
      throw new TypeError(`Method "${method.resource.name}" has no ${integration ? "resource" : "integration"}.`);
    }
    return {
      path,
      httpMethod: method.text("httpMethod"),
      apiKeyRequired: method.get("apiKeyRequired") === true,
      authorization: method.text("authorization") === "AWS_IAM" ? "AWS_IAM" : "NONE",
      integration: integrationOf(integration, responses.filter(same)),
    };
  });
}

function integrationOf(integration: Reader, responses: readonly Reader[]): Method["integration"] {
  const type = integration.text("type");
  if (type === "AWS_PROXY") {
    const uri = integration.text("uri");
    const [, functionArn] = /\/functions\/(.+)\/invocations$/.exec(uri) ?? [];
    if (functionArn === undefined) throw new TypeError(`"${uri}" of "${integration.resource.name}" is not a function.`);
    return { kind: "lambda", functionArn, timeoutMs: integration.number("timeoutMilliseconds") };
  }
  if (type !== "MOCK")
    throw new TypeError(`Integration type "${type}" of "${integration.resource.name}" is not known here.`);
  return {
    kind: "mock",
    requestTemplates: integration.texts("requestTemplates"),
    responses: responses.map((response) => ({
      statusCode: response.text("statusCode"),
      parameters: response.texts("responseParameters"),
      templates: response.texts("responseTemplates"),
    })),
  };
}

/** Full paths by resource id: each resource declares only its parent and its own path part. */
function pathsOf(api: Reader, declared: readonly Reader[]): ReadonlyMap<string, string> {
  const byId = new Map(declared.map((resource) => [resource.text("id"), resource]));
  const pathOf = (resource: Reader): string => {
    const parent = byId.get(resource.text("parentId"));
    return `${parent ? pathOf(parent) : ""}/${resource.text("pathPart")}`;
  };
  const paths = declared.map((resource) => [resource.text("id"), pathOf(resource)] as const);
  return new Map([[api.text("rootResourceId"), "/"], ...paths]);
}
