import type { CapturedResource } from "../program/program.ts";

/** A resource of the base with the one of the head that it becomes. */
export interface Pair {
  readonly before: CapturedResource;
  readonly after: CapturedResource;
}

export interface Matched {
  readonly pairs: readonly Pair[];
  readonly created: readonly CapturedResource[];
  readonly deleted: readonly CapturedResource[];
}

/** Components are an order in the program's source; what AWS has is the custom resources, and remote components. */
export const isReal = ({ custom, type }: CapturedResource): boolean => custom || type.startsWith("awsx:");

/**
 * Finds out which resource the engine would take for which: by type, name and the types of all parents (the URN), or by an
 * alias. Another parent without an alias is another resource.
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

/** The identities of one program's resources: today's first, then those of the aliases. */
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

  /** The types of a parent and of all above it, as they are and as aliases say that they were. */
  #chains(urn: string | undefined, fallback = ""): readonly string[] {
    const parent = urn === undefined ? undefined : this.#byUrn.get(urn);
    if (!parent || parent.type === "pulumi:pulumi:Stack") return [fallback];
    return [...new Set(this.keys(parent).map((key) => key.slice(0, key.lastIndexOf("::"))))];
  }
}

const keyOf = (parent: string, type: string, name: string): string =>
  `${parent === "" ? "" : `${parent}$`}${type}::${name}`;

/** `urn:pulumi:stack::project::types::name` without stack and project. */
const keyOfUrn = (urn: string): string => urn.split("::").slice(2).join("::");
const typesOfUrn = (urn: string): string => (urn.split("::")[2] ?? "").replace(/^pulumi:pulumi:Stack\$?/, "");
