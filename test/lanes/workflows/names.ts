import type { CapturedResource, Graph } from "../../../local/graph.ts";
import { captured } from "../grants/stand.ts";
import type { Verdict } from "../support/verdict.ts";
import { judgeCoverage } from "./coverage.ts";
import { read } from "./policies.ts";
import { judgeProperties } from "./properties.ts";

/** Everything on that adds named resources. */
const everything = {
  ...{ apiGatewayAccountRole: "manage", apiAccessLogs: "true", alarmAddress: "team@example.com" },
  ...{ modelSource: "bucket", coldStart: "provisioned" },
};

/**
 * The roles of the workflows are bound to names; the names are the program's. Each resource that it would make must be
 * within reach of the role that deploys it, and each pattern must reach something.
 */
export async function judgeNames(verdict: Verdict): Promise<void> {
  for (const stack of ["dev", "prod"]) {
    const graph = await captured(stack, everything);
    if (stack === "dev") {
      await judgeCoverage(verdict, graph);
      await judgeProperties(verdict, graph);
    }
    const problems = problemsOf(graph, stack);
    verdict.claim(
      `the roles reach every name of stack "${stack}", and name nothing else`,
      problems.length === 0,
      problems.join("; ") || `${arnsOf(graph).length} ARNs`,
    );
    const other = problemsOf(graph, `${stack}-2`);
    verdict.claim(
      `the roles of another stack than "${stack}" do not reach it`,
      other.length > 0,
      other[0]?.slice(0, 80),
    );
  }
}

function problemsOf(graph: Graph, stack: string): readonly string[] {
  const arns = arnsOf(graph);
  const fills = { STACK: stack, ACCOUNT_ID: graph.accountId, REGION: graph.region, STATE_BUCKET: "state" };
  return ["deploy-role", "preview-role"].flatMap((role) => {
    const patterns = read(role, fills)
      .Statement.flatMap(({ Resource = [] }) => Resource)
      .filter((pattern) => pattern.includes("dlw-"));
    const beyond = arns.filter((arn) => !patterns.some((pattern) => reaches(pattern, arn)));
    const idle = patterns.filter((pattern) => !arns.some((arn) => reaches(pattern, arn)));
    return [
      ...beyond.map((arn) => `${role} does not reach ${arn}`),
      ...idle.map((pattern) => `${role} names ${pattern}, which the stack does not have`),
    ];
  });
}

/** Services whose ARNs hold the resource's name. API Gateway numbers its resources. */
const named = /^arn:aws:(s3|lambda|iam|states|ecr|logs|cloudwatch|sns):/;

function arnsOf(graph: Graph): readonly string[] {
  const declared = graph.resources.map((resource) => arnOf(resource, graph)).filter((arn) => named.test(arn));
  // The repository is inside a component of another package, which is not evaluated here: the image's address has its name.
  const repositories = graph.images.map(({ uri }) => uri.split("@")[0]?.split("/").slice(1).join("/"));
  const { region, accountId } = graph;
  return [
    ...new Set([...declared, ...repositories.map((name) => `arn:aws:ecr:${region}:${accountId}:repository/${name}`)]),
  ];
}

function arnOf({ type, outputs }: CapturedResource, { accountId }: Graph): string {
  // Dashboards belong to no region.
  if (type.endsWith(":Dashboard")) return `arn:aws:cloudwatch::${accountId}:dashboard/${outputs["dashboardName"]}`;
  return String(outputs["arn"]);
}

function reaches(pattern: string, arn: string): boolean {
  const expression = pattern.split("*").map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${expression.join(".*")}$`).test(arn);
}
