import type { CapturedResource } from "../program/program.ts";
import { listOf, quoted, type Sentence, say, words } from "../report/sentence.ts";
import type { Names } from "../resources/names.ts";
import type { Group } from "./difference.ts";

/** Describes actions for readers who do not know their names. */
const verbs: Readonly<Record<string, string>> = {
  "s3:GetObject": "read",
  "s3:PutObject": "write",
  "s3:DeleteObject": "delete",
  "s3:ListBucket": "list",
  "lambda:InvokeFunction": "call",
  "states:StartExecution": "start",
  "states:StartSyncExecution": "start and wait for",
  "states:StopExecution": "stop",
  "states:DescribeExecution": "read the state of",
  "sns:Publish": "publish to",
  "sts:AssumeRole": "take the role of",
  "logs:CreateLogStream": "begin logs in",
  "logs:PutLogEvents": "write logs to",
  "ecr:BatchGetImage": "pull images from",
};

export function actionsText(actions: readonly string[]): Sentence {
  const known = actions.filter((action) => verbs[action] !== undefined);
  const others = actions.filter((action) => verbs[action] === undefined);
  const shown = others.length > 3 ? others.slice(0, 2) : others;
  const rest = others.length - shown.length;
  const used = say`use ${quoted(shown)}${words(rest > 0 ? ` and ${rest} more actions` : "")}`;
  return listOf([
    ...known.slice(0, 4).map((action) => words(verbs[action] ?? "")),
    ...(others.length > 0 ? [used] : []),
  ]);
}

/** "every object of bucket X", "objects of bucket X under uploads/", or the ARN with readable names. */
export function resourceText(pattern: string, names: Names): Sentence {
  if (pattern === "*") return words("every resource");
  const [, bucket, key] = /^arn:[^:]*:s3:::([^/]+)(?:\/(.*))?$/.exec(pattern) ?? [];
  if (bucket !== undefined) {
    const title = say`bucket ${names.ofPhysical(bucket)}`;
    if (key === undefined) return title;
    if (key === "*") return say`every object of ${title}`;
    return key.endsWith("*") ? say`objects of ${title} under ${key.slice(0, -1)}` : say`object ${key} of ${title}`;
  }
  const named = names.within(pattern);
  return say`${named.replace(/^arn:[^:]*:([^:]*):[^:]*:[^:]*:/, "$1 ")}`;
}

export const resourcesText = (group: Group, names: Names): Sentence =>
  listOf(
    group.resources.map((resource) => resourceText(resource, names)),
    4,
  );

/** The owner of a role: the function or workflow that runs with it. */
export function holderName(arn: string, resources: readonly CapturedResource[], names: Names): string {
  const user = resources.find(({ inputs }) => inputs["role"] === arn || inputs["roleArn"] === arn);
  if (user) return names.of(user);
  return names.ofPhysical(arn);
}

/** A principal of a resource's policy, in words. */
export function principalText(principal: string, names: Names): Sentence {
  if (principal === "*") return words("everybody");
  const [, name = principal] = /^(?:AWS|Service|Federated|CanonicalUser) (.*)$/.exec(principal) ?? [];
  return say`${names.within(name)}`;
}

export function conditionText(condition: string, names: Names): Sentence {
  return condition === "" ? words("") : say`, if ${names.within(condition)}`;
}
