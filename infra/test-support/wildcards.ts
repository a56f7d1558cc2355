import { unavoidableWildcards } from "../policies.ts";

type Statement = Readonly<Record<string, unknown>>;

/**
 * The parts of an Allow statement that are too broad: a `*` in an action, or a `*` as the resource of an action that
 * supports resource ARNs.
 */
export function offences(statements: readonly Statement[]): readonly string[] {
  return statements
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap((statement) => {
      const [actions, resources] = [texts(statement["Action"]), texts(statement["Resource"])];
      const listed = actions.every((action) => unavoidableWildcards.some((known) => known.action === action));
      return [
        ...actions.filter((action) => action.includes("*")).map((action) => `${statement["Sid"]}: action ${action}`),
        ...resources.filter((arn) => isWide(arn) && !listed).map((arn) => `${statement["Sid"]}: resource ${arn}`),
        ...("NotAction" in statement || "NotResource" in statement ? [`${statement["Sid"]}: a negated element`] : []),
      ];
    });
}

/** A `*` is acceptable only after the resource's own name: `arn:…:bucket/prefix/*`, `arn:…:log-group:name:*`. */
function isWide(arn: string): boolean {
  const [, , , , , ...resource] = arn.split(":");
  return arn.indexOf("*") !== -1 && (arn.indexOf("*") !== arn.length - 1 || !/\w.*[/:]\*$/.test(resource.join(":")));
}

function texts(value: unknown): readonly string[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [String(value)];
}
