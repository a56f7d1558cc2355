import type { FunctionResource } from "../graph.ts";
import { AwsError } from "../service.ts";
import { aliasView, functionView } from "./views.ts";

/** The data from which the listings are built. */
export interface Listed {
  readonly functions: readonly FunctionResource[];
  /** Every stored published version, oldest first. */
  readonly versions: readonly FunctionResource[];
  /** When a function or a version of it was last modified, in milliseconds since 1970. */
  readonly modifiedAt: (definition: FunctionResource) => number;
}

/** Maximum number of entries per page. A larger `MaxItems` is accepted, but AWS never returns more than this. */
const mostItems = 50;

/** Handles ListFunctions. With `FunctionVersion=ALL`, the list includes all versions. */
export function listFunctions({ functions, versions, modifiedAt }: Listed, query: URLSearchParams): object {
  const wanted = query.get("FunctionVersion");
  if (wanted !== null && wanted !== "ALL") throw invalid(`FunctionVersion "${wanted}" is not ALL.`);
  const views = functions.flatMap((definition) => [
    functionView(definition, modifiedAt(definition)),
    ...(wanted === null ? [] : published(versions, definition.name, modifiedAt)),
  ]);
  const { items, ...next } = page(views, query);
  return { ...next, Functions: items };
}

/** ListVersionsByFunction: the unpublished version and every stored published one. */
export function listVersions(
  { versions, modifiedAt }: Listed,
  definition: FunctionResource,
  query: URLSearchParams,
): object {
  const views = [functionView(definition, modifiedAt(definition)), ...published(versions, definition.name, modifiedAt)];
  const { items, ...next } = page(views, query);
  return { ...next, Versions: items };
}

/** ListAliases; only the aliases of one version if the request names one. */
export function listAliases({ aliases }: FunctionResource, query: URLSearchParams): object {
  const wanted = query.get("FunctionVersion");
  const { items, ...next } = page(
    aliases.filter(({ version }) => wanted === null || version === wanted),
    query,
  );
  return { ...next, Aliases: items.map(aliasView) };
}

function published(
  versions: readonly FunctionResource[],
  name: string,
  modifiedAt: Listed["modifiedAt"],
): readonly object[] {
  return versions
    .filter((each) => each.name === name)
    .map((each) => functionView(each, modifiedAt(each), versionReference(each)));
}

function versionReference(definition: FunctionResource) {
  const version = definition.version ?? "$LATEST";
  return { definition, arn: `${definition.arn}:${version}`, qualifier: version, executedVersion: version };
}

function page<Item>(all: readonly Item[], query: URLSearchParams): { items: readonly Item[]; NextMarker?: string } {
  const begin = placeOf(query.get("Marker"));
  const end = begin + Math.min(sizeOf(query.get("MaxItems")), mostItems);
  const items = all.slice(begin, end);
  return end < all.length ? { items, NextMarker: Buffer.from(String(end)).toString("base64url") } : { items };
}

function placeOf(marker: string | null): number {
  if (marker === null) return 0;
  const location = Buffer.from(marker, "base64url").toString("utf8");
  if (!/^\d{1,9}$/.test(location)) throw invalid("Invalid Marker: no listing returned it.");
  return Number(location);
}

function sizeOf(text: string | null): number {
  if (text === null) return mostItems;
  if (!/^[1-9]\d{0,4}$/.test(text) || Number(text) > 10_000) throw invalid(`MaxItems is "${text}", not 1 to 10000.`);
  return Number(text);
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message);
}
