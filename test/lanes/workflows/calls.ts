import type { CapturedResource, Graph } from "../../../packages/local-aws/src/graph.ts";
import { actionsOf, unused } from "./actions.ts";
import type { Schemas } from "./schemas.ts";

/** A call that the engine's provider makes to AWS. */
export interface Call {
  /** The resource or the step for which it is made. */
  readonly purpose: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
  /** Whether reading the resource makes it, as in a refresh. */
  readonly reads: boolean;
}

/** Principals of the roles that the program passes. */
const passedTo: Readonly<Record<string, readonly [key: string, service: string]>> = {
  "aws:lambda/function:Function": ["role", "lambda.amazonaws.com"],
  "aws:sfn/stateMachine:StateMachine": ["roleArn", "states.amazonaws.com"],
  "aws:apigateway/account:Account": ["cloudwatchRoleArn", "apigateway.amazonaws.com"],
  "aws:cloudwatch/eventTarget:EventTarget": ["roleArn", "events.amazonaws.com"],
};

/**
 * Actions that the schemas list for reading, although the provider does not take them: it does not look for resource
 * policies when it reads a group, and it passes a role only to what it writes.
 */
const notRead: readonly string[] = ["logs:DescribeResourcePolicies", "iam:PassRole"];

/** The calls for every resource of a stack, in every operation. */
export function callsOf(graph: Graph, schemas: Schemas): readonly Call[] {
  return graph.resources.flatMap((resource) =>
    actionsOf(resource.type, schemas)
      .filter(({ action }) => !unused.some(({ actions }) => actions.test(action)))
      .flatMap(({ action, operation }) => {
        const target = targetOf(action, operation === "create", resource, graph);
        if (target === undefined) return [];
        const reads = operation === "read" && !notRead.includes(action);
        return [{ purpose: `${operation} ${resource.type} ${resource.name}`, action, reads, ...target }];
      }),
  );
}

type Target = Pick<Call, "resource" | "context">;

/** The ARN that a call is about, and its context; undefined for an action of the schema that this resource never takes. */
function targetOf(action: string, creates: boolean, resource: CapturedResource, graph: Graph): Target | undefined {
  const { type, inputs } = resource;
  const [service = ""] = action.split(":");
  if (action === "iam:PassRole") {
    const [key, principal] = passedTo[type] ?? [];
    return key === undefined || principal === undefined
      ? undefined
      : { resource: String(inputs[key]), context: { "iam:PassedToService": principal } };
  }
  switch (service) {
    case "apigateway":
      return gatewayTarget(action, creates, resource, graph);
    case "iam":
      return /^aws:iam/.test(type) ? roleTarget(action, resource, graph) : undefined;
    case "s3":
      return type.startsWith("aws:s3/") ? { resource: bucketTarget(action, resource), context: {} } : undefined;
    case "lambda":
      return { resource: functionArn(action, resource, graph), context: {} };
    case "sns":
      return { resource: String(inputs["topic"] ?? resource.outputs["arn"] ?? inputs["arn"]), context: {} };
    case "ecr":
      return {
        resource: `arn:aws:ecr:${graph.region}:${graph.accountId}:repository/${repositoryOf(graph)}`,
        context: {},
      };
    case "cloudwatch":
      // The program gives dashboards no tags.
      return type.startsWith("aws:cloudwatch/") && !(type.endsWith(":Dashboard") && /tag/i.test(action))
        ? { resource: alarmOrDashboard(resource, graph), context: {} }
        : undefined;
    case "events":
      return { resource: eventRule(resource, graph), context: {} };
    default:
      return { resource: String(resource.outputs["arn"]), context: {} };
  }
}

/** The rule itself, or the rule of a target, whose ARN is that of the state machine that it starts. */
function eventRule({ type, inputs, outputs }: CapturedResource, { region, accountId }: Graph): string {
  return type.endsWith(":EventTarget")
    ? `arn:aws:events:${region}:${accountId}:rule/${inputs["rule"]}`
    : String(outputs["arn"]);
}

/** The kinds of API Gateway that have tags; their children inherit them. */
const tagged: Readonly<Record<string, string>> = {
  "aws:apigateway/restApi:RestApi": "restapis",
  "aws:apigateway/apiKey:ApiKey": "apikeys",
  "aws:apigateway/usagePlan:UsagePlan": "usageplans",
};

function gatewayTarget(action: string, creates: boolean, resource: CapturedResource, graph: Graph): Target {
  const { type, outputs } = resource;
  const prefix = `arn:aws:apigateway:${graph.region}::`;
  if (type.endsWith(":Account")) return { resource: `${prefix}/account`, context: {} };
  const tags = (key: string) => ({ [`${key}/project`]: graph.project, [`${key}/stack`]: graph.stack });
  const kind = tagged[type];
  if (kind !== undefined) {
    const item = `${prefix}/${kind}/${outputs["id"]}`;
    if (creates && action === "apigateway:POST") {
      return { resource: `${prefix}/${kind}`, context: tags("aws:RequestTag") };
    }
    if (action === "apigateway:PUT") {
      return { resource: `${prefix}/tags/${encodeURIComponent(item)}`, context: tags("aws:RequestTag") };
    }
    return { resource: item, context: tags("aws:ResourceTag") };
  }
  const collects = action === "apigateway:POST";
  return { resource: `${prefix}${childPath(resource, collects)}`, context: tags("aws:ResourceTag") };
}

/**
 * The path of a child: the collection's, to which a child is posted, or its own. The simulator's data has no usable path
 * for methods, integrations, deployments and stages. The policies name every path below an API, so the calls for these
 * are asked for the API itself, which has the same tags.
 */
function childPath({ type, inputs, outputs }: CapturedResource, collects: boolean): string {
  const api = `/restapis/${inputs["restApi"]}`;
  switch (type.split(":").at(-1)) {
    case "UsagePlanKey": {
      const keys = `/usageplans/${inputs["usagePlanId"]}/keys`;
      return collects ? keys : `${keys}/${inputs["keyId"]}`;
    }
    case "Resource":
      return collects ? `${api}/resources` : `${api}/resources/${outputs["id"]}`;
    case "MethodResponse":
      return `${api}/resources/${inputs["resourceId"]}/methods/${inputs["httpMethod"]}/responses/${inputs["statusCode"]}`;
    case "Response":
      return `${api}/gatewayresponses/${inputs["responseType"]}`;
    default:
      return collects ? `${api}/resources` : api;
  }
}

/** The boundary that this account's roles of the stack have. */
export const boundaryOf = ({ accountId, stack }: Pick<Graph, "accountId" | "stack">): string =>
  `arn:aws:iam::${accountId}:policy/deep-learning-workflow-${stack}-boundary`;

function roleTarget(action: string, { inputs, outputs }: CapturedResource, graph: Graph): Target | undefined {
  const { policyArn, role } = inputs;
  // The program attaches policies of AWS in separate resources.
  if (policyArn === undefined && /:(At|De)tachRolePolicy$/.test(action)) return undefined;
  return {
    resource: String(outputs["arn"] ?? `arn:aws:iam::${graph.accountId}:role/${role}`),
    context: {
      "iam:PermissionsBoundary": boundaryOf(graph),
      ...(policyArn !== undefined && { "iam:PolicyARN": String(policyArn) }),
    },
  };
}

function bucketTarget(action: string, { inputs, outputs }: CapturedResource): string {
  const bucket = `arn:aws:s3:::${outputs["bucket"] ?? inputs["bucket"]}`;
  return /^s3:\w*Object(Tagging)?$/.test(action) ? `${bucket}/${inputs["key"] ?? "results/1.json"}` : bucket;
}

function functionArn(action: string, { inputs, outputs }: CapturedResource, { region, accountId }: Graph): string {
  const name = inputs["functionName"] ?? inputs["function"];
  const arn = name === undefined ? String(outputs["arn"]) : `arn:aws:lambda:${region}:${accountId}:function:${name}`;
  // Provisioned concurrency is that of an alias or a version.
  return action.endsWith("ProvisionedConcurrencyConfig") ? `${arn}:${inputs["qualifier"] ?? inputs["name"]}` : arn;
}

function alarmOrDashboard({ type, outputs }: CapturedResource, { accountId }: Graph): string {
  return type.endsWith(":Dashboard")
    ? `arn:aws:cloudwatch::${accountId}:dashboard/${outputs["dashboardName"]}`
    : String(outputs["arn"]);
}

export const repositoryOf = ({ images }: Graph): string =>
  images[0]?.uri.split("@")[0]?.split("/").slice(1).join("/") ?? "";
