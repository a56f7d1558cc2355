import type { Graph } from "#local-aws";

/** What an edit changed, in one line with the names of resources. */
export function describeChange(before: Graph, after: Graph): string {
  const parts = [
    ...kinds.flatMap(({ one, of }) => changesOf(one, of(before), of(after))),
    ...changesOf("resource", otherResources(before), otherResources(after)),
  ];
  if (parts.length === 0) return nothingChanged;
  const shown = parts.slice(0, shownParts).join("; ");
  return parts.length > shownParts ? `${shown}; and ${parts.length - shownParts} more` : shown;
}

export const nothingChanged = "no resource changed";
const shownParts = 6;

type Named = Readonly<Record<string, unknown>>;
interface Kind {
  readonly one: string;
  readonly types: readonly string[];
  of(graph: Graph): Named;
}

const named = (each: readonly { readonly name: string }[]): Named =>
  Object.fromEntries(each.map((resource) => [resource.name, resource]));

/** Resources that users know by name; a changed image is shown as a changed function. */
const kinds: readonly Kind[] = [
  { one: "function", types: ["aws:lambda/function:Function"], of: ({ functions }) => named(functions) },
  {
    one: "state machine",
    types: ["aws:sfn/stateMachine:StateMachine"],
    of: ({ stateMachines }) => named(stateMachines),
  },
  { one: "role", types: ["aws:iam/role:Role"], of: ({ roles }) => named(roles) },
  { one: "bucket", types: ["aws:s3/bucket:Bucket"], of: ({ buckets }) => named(buckets) },
];

/** All other resources, except those that only follow from an image. */
function otherResources({ resources }: Graph): Named {
  const skipped = new Set([...kinds.flatMap(({ types }) => types), "awsx:ecr:Image", "aws:lambda/alias:Alias"]);
  return Object.fromEntries(
    resources.filter(({ type, custom }) => custom && !skipped.has(type)).map(({ name, inputs }) => [name, inputs]),
  );
}

function changesOf(one: string, before: Named, after: Named): readonly string[] {
  const said = (verb: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : [`${verb} ${one}${names.length > 1 ? "s" : ""} ${listed(names)}`];
  const changed = Object.keys(after).filter(
    (name) => name in before && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  return [
    ...said("changed", changed),
    ...said(
      "new",
      Object.keys(after).filter((name) => !(name in before)),
    ),
    ...said(
      "removed",
      Object.keys(before).filter((name) => !(name in after)),
    ),
  ];
}

function listed(names: readonly string[]): string {
  const few = names
    .slice(0, 4)
    .map((name) => `"${name}"`)
    .join(", ");
  return names.length > 4 ? `${few} and ${names.length - 4} more` : few;
}
