import type { MapState } from "../../asl/definition.ts";
import type { ItemBatcher, ReaderConfig } from "../../asl/distributed-map.ts";
import { isObject, type Json } from "../../data/json.ts";
import type { Objects } from "../../objects.ts";
import type { ChildInput } from "../../store/input-file.ts";
import { RuntimeFailure } from "../error.ts";
import type { Query } from "../query/query.ts";
import { batched, single } from "./item-batcher.ts";
import { listItems, readItems } from "./item-reader.ts";

/** The source of a Distributed Map's items: the state's input, the contents of an object, or a listing of objects. */
export interface ItemSource {
  readonly items?: readonly Json[];
  readonly object?: { readonly bucket: string; readonly key: string };
  readonly listing?: { readonly bucket: string; readonly prefix: string };
  readonly config: ReaderConfig;
  /** Maximum number of items; Infinity means all. A negative number makes the reader fail. */
  readonly most: number;
}

/** Matches the reader that lists the objects of a bucket and uses them as items. */
export const listsObjects = /^arn:aws[\w-]*:states:::s3:listObjectsV2$/;

/**
 * Returns the item source that a state specifies. `items` are the items of a state without an ItemReader. Throws
 * `RuntimeFailure` if the reader's fields cannot be resolved.
 */
export async function itemSource(
  state: MapState,
  items: readonly Json[] | undefined,
  query: Query,
): Promise<ItemSource> {
  if (state.ItemReader === undefined) return { items: items ?? [], config: {}, most: Infinity };
  const { Parameters, Arguments, ReaderConfig: config = {}, Resource } = state.ItemReader;
  const parameters = await query.template(Arguments ?? Parameters ?? {}, "ItemReader/Arguments");
  const { MaxItems, MaxItemsPath } = config;
  const field = { declared: MaxItems, path: MaxItemsPath, field: "MaxItems", inside: "ItemReader/ReaderConfig" };
  // 0 means all items.
  const most = (await query.number(field, { least: -Infinity })) || Infinity;
  if (listsObjects.test(Resource)) {
    const prefix = isObject(parameters) ? parameters["Prefix"] : undefined;
    const listing = { bucket: text(parameters, "Bucket"), prefix: typeof prefix === "string" ? prefix : "" };
    return { listing, config, most };
  }
  return { object: { bucket: text(parameters, "Bucket"), key: text(parameters, "Key") }, config, most };
}

/** Reads a string from the parameters of an ItemReader or ResultWriter. */
export function text(parameters: Json, name: string): string {
  const value = isObject(parameters) ? parameters[name] : undefined;
  if (typeof value === "string" && value !== "") return value;
  throw new RuntimeFailure(`The parameter '${name}' must be a text that is not empty, not ${JSON.stringify(value)}.`);
}

/** Yields the inputs of the child executions in order. Random values in them are the same each time they are read. */
export async function* childInputs(
  { ItemBatcher: batcher }: MapState,
  query: Query,
  source: ItemSource,
  objects: Objects,
): AsyncGenerator<ChildInput> {
  const selected = selectAll(query, source, objects);
  if (batcher === undefined) {
    yield* single(selected);
    return;
  }
  const { BatchInput } = batcher;
  const batchInput = BatchInput === undefined ? undefined : await query.template(BatchInput, "ItemBatcher/BatchInput");
  yield* batched(selected, await limitsOf(batcher, query), batchInput);
}

async function* selectAll(query: Query, source: ItemSource, objects: Objects): AsyncGenerator<Json> {
  let index = 0;
  for await (const item of itemsIn(source, objects)) {
    yield await query.item({ index, context: { Item: { Index: index, Value: item } } });
    index += 1;
  }
}

function itemsIn({ items, object, listing, config, most }: ItemSource, objects: Objects) {
  if (listing !== undefined) return listItems(objects, listing, most);
  return object === undefined ? (items ?? []) : readItems(objects, object, config, most);
}

async function limitsOf(batcher: ItemBatcher, query: Query) {
  const limit = async (field: "MaxItemsPerBatch" | "MaxInputBytesPerBatch") => {
    const parameters = { declared: batcher[field], path: batcher[`${field}Path`], field, inside: "ItemBatcher" };
    return (await query.number(parameters, { least: 1 })) ?? Infinity;
  };
  return { items: await limit("MaxItemsPerBatch"), bytes: await limit("MaxInputBytesPerBatch") };
}
