import type { Workspace } from "./workspace.ts";

export interface Refactoring {
  readonly title: string;
  readonly plant: (workspace: Workspace) => void;
  /** The text that it rewrites, if others rewrite it too: only one of them can be planted at a time. */
  readonly rewrites?: "the definition" | "the document of a policy" | "the actions of a statement";
}

const main = "statemachine/deep-learning-workflow.asl.json";
type Json = Record<string, unknown>;

/** The same value with the keys of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reversed(each)]),
  );
}

const replace = (folder: string, text: string | RegExp, by: string) => (workspace: Workspace) =>
  workspace.replace(folder, text, by);

/** Replaces a text in every TypeScript file of infra/ and in index.ts that contains it. */
const everywhere = (text: RegExp, by: string) => (workspace: Workspace) => {
  for (const file of workspace.files("infra")) {
    const content = workspace.read(file);
    if (text.test(content)) workspace.write(file, content.replace(text, by));
  }
};

/** Moves a file of infra/ into a folder, and corrects the imports. */
const moveFile = (name: string, folder: string) => (workspace: Workspace) => {
  const from = workspace.files("infra").find((file) => file.endsWith(`/${name}.ts`));
  if (from === undefined) throw new Error(`There is no ${name}.ts in infra/.`);
  workspace.moveModule(from, `infra/${folder}/${name}.ts`);
};

/** Changes that have no effect on AWS. */
export const refactorings: readonly Refactoring[] = [
  {
    title: "keys of a definition in another order",
    rewrites: "the definition",
    plant: (w) => w.json(main, ((document: Json) => reversed(document)) as never),
  },
  {
    title: "a definition on one line",
    rewrites: "the definition",
    plant: (w) => w.write(main, JSON.stringify(JSON.parse(w.read(main)))),
  },
  {
    title: "a definition with other indentation",
    rewrites: "the definition",
    plant: (w) => w.write(main, JSON.stringify(JSON.parse(w.read(main)), undefined, 8)),
  },
  {
    title: "errors of a retry in another order",
    rewrites: "the definition",
    plant: (w) =>
      w.write(
        main,
        w
          .read(main)
          .replace(
            '"Lambda.ServiceException",\n            "Lambda.AWSLambdaException"',
            '"Lambda.AWSLambdaException",\n            "Lambda.ServiceException"',
          ),
      ),
  },
  {
    title: "policies with their statements in another order",
    rewrites: "the document of a policy",
    plant: replace(
      "infra/policies.ts",
      'return { Version: "2012-10-17", Statement: statements };',
      'return { Version: "2012-10-17", Statement: [...statements].reverse() };',
    ),
  },
  {
    title: "policies with one statement per action",
    rewrites: "the document of a policy",
    plant: replace(
      "infra/policies.ts",
      'return { Version: "2012-10-17", Statement: statements };',
      'return { Version: "2012-10-17", Statement: statements.flatMap((each) => each.Action.map((action) => ({ ...each, Sid: `${each.Sid}${action.replace(/\\W/g, "")}`, Action: [action] }))) };',
    ),
  },
  {
    title: "policies with one statement per resource",
    rewrites: "the document of a policy",
    plant: replace(
      "infra/policies.ts",
      'return { Version: "2012-10-17", Statement: statements };',
      'return { Version: "2012-10-17", Statement: statements.flatMap((each) => each.Resource ? each.Resource.map((resource, at) => ({ ...each, Sid: `${each.Sid}${at}`, Resource: [resource] })) : [each]) };',
    ),
  },
  {
    title: "other names of statements",
    plant: replace("infra/policies.ts", "return { Sid: sid, Effect", "return { Sid: `${sid}Renamed`, Effect"),
  },
  {
    title: "actions in another order",
    rewrites: "the actions of a statement",
    plant: replace(
      "infra/policies.ts",
      "Action: actions, Resource: resources };",
      "Action: [...actions].reverse(), Resource: resources };",
    ),
  },
  {
    title: "actions in lower case",
    rewrites: "the actions of a statement",
    plant: replace(
      "infra/policies.ts",
      "Action: actions, Resource: resources };",
      "Action: actions.map((each) => each.toLowerCase()), Resource: resources };",
    ),
  },
  {
    title: "policies with white space",
    plant: everywhere(/JSON\.stringify\(document\(([^\n]*)\)\),$/m, "JSON.stringify(document($1), undefined, 2),"),
  },
  {
    title: "a comment in a handler",
    plant: replace("functions/reduce/handler.ts", /^/, "// Merges what the batches gave.\n"),
  },
  { title: "a handler's lines wrapped otherwise", plant: replace("functions/map/handler.ts", /\n/g as never, "\n\n") },
  { title: "a comment in a component", plant: replace("infra/bucket.ts", /^/, "// The bucket.\n") },
  {
    title: "a component's class renamed",
    plant: (w) => {
      for (const file of [...w.files("infra"), "index.ts"]) {
        const text = w.read(file);
        if (text.includes("WorkflowBucket"))
          w.write(
            file,
            text
              .replaceAll(/\bWorkflowBucket\b(?!"|:)/g, "TheBucket")
              .replaceAll("dlw:infra:TheBucket", "dlw:infra:WorkflowBucket"),
          );
      }
    },
  },
  { title: "private methods renamed", plant: everywhere(/#createLifecycle/g, "#makeRulesOfLife") },
  { title: "a file of infra/ moved", plant: moveFile("dashboard-body", "drawn") },
  { title: "another file of infra/ moved", plant: moveFile("child-time", "times") },
  { title: "a default that is written out", plant: (w) => w.set("dev", "mapMemory", "512") },
  {
    title: "a default of AWS that is written out",
    plant: replace(
      "infra",
      '{ endpointConfiguration: { types: "REGIONAL" } }',
      '{ endpointConfiguration: { types: "REGIONAL" }, description: undefined }',
    ),
  },
  {
    title: "settings in another order",
    plant: (w) => {
      const lines = w.read("Pulumi.dev.yaml").trimEnd().split("\n");
      const at = lines.indexOf("config:") + 1;
      w.write("Pulumi.dev.yaml", `${[...lines.slice(0, at), ...lines.slice(at).reverse()].join("\n")}\n`);
    },
  },
  {
    title: "environment variables in another order",
    plant: everywhere(
      /environment: \{ variables: args\.environment \}/,
      "environment: { variables: Object.fromEntries(Object.entries(args.environment).reverse()) }",
    ),
  },
  {
    title: "a test",
    plant: (w) => w.write("infra/bucket.test.ts", `${w.read("infra/bucket.test.ts")}\n// Another comment.\n`),
  },
  {
    title: "a principal as a list",
    plant: replace(
      "infra/policies.ts",
      'Principal: { Service: service },\n    Action: ["sts:AssumeRole"]',
      'Principal: { Service: [service] as never },\n    Action: ["sts:AssumeRole"]',
    ),
  },
  {
    title: "policies with a statement that another includes",
    plant: replace(
      "infra/policies.ts",
      'allow("PutPlans"',
      'allow("Again", ["s3:GetObject"], [`${bucketArn}/${prefixes.requests}sub/*`]),\n  allow("PutPlans"',
    ),
  },
  {
    title: "lifecycle rules in another order",
    plant: replace("infra/bucket.ts", "rules: [...rules, abort]", "rules: [abort, ...rules.reverse()]"),
  },
  {
    title: "the methods of CORS in another order",
    plant: replace("infra/bucket.ts", '["GET", "HEAD", "POST"]', '["POST", "HEAD", "GET"]'),
  },
  {
    title: "defaults of a definition that are written out",
    rewrites: "the definition",
    plant: (w) =>
      w.json(main, ((document: { States: Record<string, Json>; Version?: string }) => {
        document.Version = "1.0";
        Object.assign(document.States["Map images"] ?? {}, { InputPath: "$", ResultPath: "$" });
      }) as never),
  },
  {
    title: "a setting as a text",
    plant: (w) => w.write("Pulumi.dev.yaml", w.read("Pulumi.dev.yaml").replace("Days: 7", 'Days: "7"')),
  },
  { title: "the documentation", plant: (w) => w.write("README.md", `${w.read("README.md")}\nAnother line.\n`) },
];

/** As many as there are refactorings that rewrite the same text: each of those needs its own group. */
const groupCount = Math.max(
  ...refactorings.map(({ rewrites }) =>
    rewrites ? refactorings.filter((each) => each.rewrites === rewrites).length : 1,
  ),
);

/** All refactorings in a few groups. Those of a group are planted together; the full form finds the culprit. */
export function groupedRefactorings(): readonly Refactoring[] {
  const groups = Array.from({ length: groupCount }, (): Refactoring[] => []);
  // Those that exclude others first: they have the least choice.
  for (const refactoring of refactorings.toSorted((a, b) => Number(!a.rewrites) - Number(!b.rewrites))) {
    const { rewrites } = refactoring;
    const free = groups.filter((group) => !rewrites || group.every((each) => each.rewrites !== rewrites));
    // Into the smallest group that is free.
    const [smallest] = free.sort((a, b) => a.length - b.length);
    if (!smallest) throw new Error(`More than ${groupCount} refactorings rewrite ${rewrites}.`);
    smallest.push(refactoring);
  }
  return groups.map((group) => ({
    title: group.map(({ title }) => title).join(", "),
    plant: (workspace) => {
      for (const { plant } of group) plant(workspace);
    },
  }));
}
