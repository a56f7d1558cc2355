import type { CapturedResource } from "../program/program.ts";

/** A resource of the base, and the resource of the head that it becomes. */
export interface Pair {
  readonly before: CapturedResource;
  readonly after: CapturedResource;
}

export interface Matched {
  readonly pairs: readonly Pair[];
  readonly created: readonly CapturedResource[];
  readonly deleted: readonly CapturedResource[];
}

/**
 * Whether a resource exists in AWS: a custom resource, or a remote component (awsx), which creates its own resources.
 * Other components only structure the program's source.
 */
export const isReal = ({ custom, type }: CapturedResource): boolean => custom || type.startsWith("awsx:");

/**
 * Determines which resource of the base the engine would identify with which resource of the head: by type, name and
 * the types of all parents (the URN), or by an alias. A resource with a different parent and no alias is a different
 * resource.
 */
export function match(before: readonly CapturedResource[], after: readonly CapturedResource[]): Matched {
  const old = new Index(before);
  const now = new Index(after);
  const left = new Map(before.filter(isReal).map((resource) => [old.key(resource), resource]));
  const pairs: Pair[] = [];
  const created: CapturedResource[] = [];
  for (const resource of after.filter(isReal)) {
    const found = now.keys(resource).find((key) => left.has(key));
    const former = found === undefined ? undefined : left.get(found);
    if (found === undefined || !former) {
      created.push(resource);
      continue;
    }
    left.delete(found);
    pairs.push({ before: former, after: resource });
  }
  return { pairs, created, deleted: [...left.values()] };
}

/** The identities of one program's resources: the current identity first, then those of the aliases. */
class Index {
  readonly #byUrn: ReadonlyMap<string, CapturedResource>;
  constructor(resources: readonly CapturedResource[]) {
    this.#byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  }

  key(resource: CapturedResource): string {
    return this.keys(resource)[0] ?? resource.urn;
  }

  keys(resource: CapturedResource): readonly string[] {
    const parents = this.#chains(resource.parent);
    const own = parents.map((parent) => keyOf(parent, resource.type, resource.name));
    const former = resource.options.aliases.flatMap((alias) => {
      if ("urn" in alias) return [keyOfUrn(alias.urn)];
      const chains = alias.noParent
        ? [""]
        : alias.parentUrn !== undefined
          ? this.#chains(alias.parentUrn, typesOfUrn(alias.parentUrn))
          : parents;
      return chains.map((parent) => keyOf(parent, alias.type ?? resource.type, alias.name ?? resource.name));
    });
    return [...own, ...former];
  }

  /** The types of a parent and all its ancestors, both the current ones and those that aliases specify. */
  #chains(urn: string | undefined, fallback = ""): readonly string[] {
    const parent = urn === undefined ? undefined : this.#byUrn.get(urn);
    if (!parent || parent.type === "pulumi:pulumi:Stack") return [fallback];
    return [...new Set(this.keys(parent).map((key) => key.slice(0, key.lastIndexOf("::"))))];
  }
}

const keyOf = (parent: string, type: string, name: string): string =>
  `${parent === "" ? "" : `${parent}$`}${type}::${name}`;

/** `urn:pulumi:stack::project::types::name` without the stack and the project. */
const keyOfUrn = (urn: string): string => urn.split("::").slice(2).join("::");
const typesOfUrn = (urn: string): string => (urn.split("::")[2] ?? "").replace(/^pulumi:pulumi:Stack\$?/, "");
