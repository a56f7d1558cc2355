import type { ResourceAlias, ResourceOptions } from "../graph.ts";

interface Map<Value> {
  forEach(visit: (value: Value, key: string) => void): void;
}
interface AliasMessage {
  getUrn(): string;
  getSpec():
    | {
        getName(): string;
        getType(): string;
        getStack(): string;
        getProject(): string;
        getParenturn(): string;
        getNoparent(): boolean;
      }
    | undefined;
}

/** The part of a registration message that contains the resource options. */
export interface OptionsMessage {
  getProtect(): boolean | undefined;
  getRetainondelete(): boolean | undefined;
  getDeletebeforereplace(): boolean;
  getDeletebeforereplacedefined(): boolean;
  getDependenciesList(): readonly string[];
  getPropertydependenciesMap(): Map<{ getUrnsList(): readonly string[] }>;
  getIgnorechangesList(): readonly string[];
  getReplaceonchangesList(): readonly string[];
  getAdditionalsecretoutputsList(): readonly string[];
  getAliasesList(): readonly AliasMessage[];
  getDeletedwith(): string;
  getProvider(): string;
  getImportid(): string;
  getCustomtimeouts(): { getCreate(): string; getUpdate(): string; getDelete(): string } | undefined;
}

/** Reads the resource options of a registration as the program specified them. */
export function optionsOf(message: OptionsMessage): ResourceOptions {
  const propertyDependencies: Record<string, readonly string[]> = {};
  message.getPropertydependenciesMap().forEach((urns, property) => {
    if (urns.getUrnsList().length > 0) propertyDependencies[property] = [...urns.getUrnsList()].sort();
  });
  const timeouts = message.getCustomtimeouts();
  return {
    protect: message.getProtect() ?? false,
    retainOnDelete: message.getRetainondelete() ?? false,
    ...(message.getDeletebeforereplacedefined() && { deleteBeforeReplace: message.getDeletebeforereplace() }),
    dependencies: [...message.getDependenciesList()].sort(),
    propertyDependencies,
    ignoreChanges: [...message.getIgnorechangesList()],
    replaceOnChanges: [...message.getReplaceonchangesList()],
    additionalSecretOutputs: [...message.getAdditionalsecretoutputsList()],
    aliases: message.getAliasesList().map(aliasOf),
    ...filled("deletedWith", message.getDeletedwith()),
    ...filled("provider", message.getProvider()),
    ...filled("importId", message.getImportid()),
    customTimeouts: {
      ...filled("create", timeouts?.getCreate() ?? ""),
      ...filled("update", timeouts?.getUpdate() ?? ""),
      ...filled("delete", timeouts?.getDelete() ?? ""),
    },
  };
}

function aliasOf(alias: AliasMessage): ResourceAlias {
  const spec = alias.getSpec();
  if (!spec) return { urn: alias.getUrn() };
  return {
    ...filled("name", spec.getName()),
    ...filled("type", spec.getType()),
    ...filled("stack", spec.getStack()),
    ...filled("project", spec.getProject()),
    ...filled("parentUrn", spec.getParenturn()),
    ...(spec.getNoparent() && { noParent: true }),
  };
}

/** The protocol represents an absent string as an empty one. */
function filled<Key extends string>(key: Key, value: string): { readonly [K in Key]?: string } {
  return value === "" ? {} : ({ [key]: value } as { readonly [K in Key]?: string });
}
