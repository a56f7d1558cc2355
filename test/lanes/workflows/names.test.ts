import { describe, expect, test } from "vitest";
import type { PolicyName } from "../../../account/documents.ts";
import type { CapturedResource, Graph } from "../../../packages/local-aws/src/graph.ts";
import { opened } from "../support/opened.ts";
import { capturedWithEverything } from "./everything.ts";
import { fillsOf, read } from "./policies.ts";
import { reaches } from "./simulation.ts";

/**
 * The policies of the deployment roles contain resource names, and the program determines these names. The policies
 * must cover each resource that the program creates, and each pattern in them must match a resource.
 */
describe.each(["dev", "prod"])('stack "%s"', (stack) => {
  const graph = opened(() => capturedWithEverything(stack));

  test("the roles reach every name, and name nothing else", async ({ annotate }) => {
    await annotate(`${arnsOf(graph()).length} ARNs`);
    expect(problemsOf(graph(), stack)).toEqual([]);
  });

  test("the roles of another stack do not reach it", async ({ annotate }) => {
    const [problem] = problemsOf(graph(), `${stack}-2`);
    await annotate(problem?.slice(0, 80) ?? "");
    expect(problem).toBeDefined();
  });
});

/** The documents that name the stack's resources, by what they allow. */
const names: Readonly<Record<string, readonly PolicyName[]>> = { read: ["read"], write: ["write", "write-roles"] };

function problemsOf(graph: Graph, stack: string): readonly string[] {
  const arns = arnsOf(graph);
  const fills = fillsOf({ accountId: graph.accountId, region: graph.region, stack });
  return Object.entries(names).flatMap(([role, documents]) => {
    const patterns = documents
      .flatMap((name) => read(name, fills).Statement.flatMap(({ Resource = [] }) => Resource))
      .filter((pattern) => pattern.includes("dlw-"));
    const beyond = arns.filter((arn) => !patterns.some((pattern) => reaches(pattern, arn)));
    const idle = patterns.filter((pattern) => !arns.some((arn) => reaches(pattern, arn)));
    return [
      ...beyond.map((arn) => `${role} does not reach ${arn}`),
      ...idle.map((pattern) => `${role} names ${pattern}, which the stack does not have`),
    ];
  });
}

/** Services whose ARNs contain the resource's name. API Gateway generates ids for its resources. */
const named = /^arn:aws:(s3|lambda|iam|states|ecr|logs|cloudwatch|events|sns):/;

function arnsOf(graph: Graph): readonly string[] {
  const declared = graph.resources.map((resource) => arnOf(resource, graph)).filter((arn) => named.test(arn));
  // The repository is inside a component of another package, which is not evaluated here. Its name is taken from the
  // image's URI.
  const repositories = graph.images.map(({ uri }) => uri.split("@")[0]?.split("/").slice(1).join("/"));
  const { region, accountId } = graph;
  return [
    ...new Set([...declared, ...repositories.map((name) => `arn:aws:ecr:${region}:${accountId}:repository/${name}`)]),
  ];
}

function arnOf({ type, outputs }: CapturedResource, { accountId }: Graph): string {
  // The ARN of a dashboard contains no region.
  if (type.endsWith(":Dashboard")) return `arn:aws:cloudwatch::${accountId}:dashboard/${outputs["dashboardName"]}`;
  return String(outputs["arn"]);
}
