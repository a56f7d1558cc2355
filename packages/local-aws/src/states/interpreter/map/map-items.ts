import type { MapState } from "../../asl/definition.ts";
import type { ItemBatcher, ReaderConfig } from "../../asl/distributed-map.ts";
import type { Random } from "../../data/intrinsic-arguments.ts";
import { isArray, isObject, type Json, type JsonObject } from "../../data/json.ts";
import { read, type Scope } from "../../data/path.ts";
import { fill } from "../../data/template.ts";
import type { Objects } from "../../objects.ts";
import type { ChildInput } from "../../store/input-file.ts";
import { RuntimeFailure } from "../error.ts";
import type { Frame } from "../frame.ts";
import { batched, single } from "./item-batcher.ts";
import { listItems, readItems } from "./item-reader.ts";
import { numberOf } from "./map-run-settings.ts";

/** Where a Distributed Map's items come from: the state's input, or an object. */
export interface ItemSource {
  readonly items?: readonly Json[];
  readonly object?: { readonly bucket: string; readonly key: string };
  readonly listing?: { readonly bucket: string; readonly prefix: string };
  readonly config: ReaderConfig;
  /** Infinity: all of them. A negative number makes the reader fail. */
  readonly most: number;
}

/** The reader that lists a bucket's objects, which are the items. */
export const listsObjects = /^arn:aws[\w-]*:states:::s3:listObjectsV2$/;

/** The source that the state names. Throws `RuntimeFailure` where its fields lead nowhere. */
export function itemSource(state: MapState, scope: Scope, random: Random): ItemSource {
  if (state.ItemReader === undefined) return { items: itemsOf(state, scope), config: {}, most: Infinity };
  const { Parameters = {}, ReaderConfig: config = {} } = state.ItemReader;
  const place = fill(Parameters, scope, random);
  // 0 means: all of them.
  const most = numberOf(config.MaxItems, config.MaxItemsPath, "MaxItems", scope, { least: -Infinity }) || Infinity;
  if (listsObjects.test(state.ItemReader.Resource)) {
    const prefix = isObject(place) ? place["Prefix"] : undefined;
    const listing = { bucket: text(place, "Bucket"), prefix: typeof prefix === "string" ? prefix : "" };
    return { listing, config, most };
  }
  return { object: { bucket: text(place, "Bucket"), key: text(place, "Key") }, config, most };
}

/** The array that ItemsPath points to. */
export function itemsOf(state: MapState, scope: Scope): readonly Json[] {
  const path = state.ItemsPath ?? "$";
  const items = read(path, scope, "ItemsPath");
  if (!isArray(items)) throw new RuntimeFailure(`Reference path "${path.replace(/^\$\$/, "$")}" must point to array.`);
  return items;
}

/** A text of an ItemReader's or ResultWriter's parameters. */
export function text(parameters: Json, name: string): string {
  const value = isObject(parameters) ? parameters[name] : undefined;
  if (typeof value === "string" && value !== "") return value;
  throw new RuntimeFailure(`The parameter '${name}' must be a text that is not empty, not ${JSON.stringify(value)}.`);
}

/** What one iteration or child starts with: ItemSelector over the state's input, or the item itself. */
export function selectItem(
  state: MapState,
  frame: Frame,
  data: Json,
  mapContext: JsonObject & { Item: JsonObject },
  random = frame.random,
): Json {
  const selector = state.ItemSelector ?? state.Parameters;
  if (selector === undefined) return mapContext.Item["Value"] ?? null;
  return fill(selector, frame.scope(data, mapContext), random);
}

/** The inputs of the child executions, one after the other. Chance in them is the same however often they are read. */
export async function* childInputs(
  state: MapState,
  frame: Frame,
  data: Json,
  source: ItemSource,
): AsyncGenerator<ChildInput> {
  const random = frame.chance("items");
  const selected = selectAll(state, frame, data, source, random);
  if (state.ItemBatcher === undefined) {
    yield* single(selected);
    return;
  }
  const { BatchInput } = state.ItemBatcher;
  const scope = frame.scope(data);
  const batchInput = BatchInput === undefined ? undefined : fill(BatchInput, scope, frame.chance("batches"));
  yield* batched(selected, limitsOf(state.ItemBatcher, scope), batchInput);
}

async function* selectAll(
  state: MapState,
  frame: Frame,
  data: Json,
  source: ItemSource,
  random: Random,
): AsyncGenerator<Json> {
  let index = 0;
  for await (const item of itemsIn(source, frame.run.objects)) {
    yield selectItem(state, frame, data, { Item: { Index: index, Value: item } }, random);
    index += 1;
  }
}

function itemsIn({ items, object, listing, config, most }: ItemSource, objects: Objects) {
  if (listing !== undefined) return listItems(objects, listing, most);
  return object === undefined ? (items ?? []) : readItems(objects, object, config, most);
}

function limitsOf(batcher: ItemBatcher, scope: Scope) {
  const { MaxItemsPerBatch, MaxItemsPerBatchPath, MaxInputBytesPerBatch, MaxInputBytesPerBatchPath } = batcher;
  const atLeastOne = { least: 1 };
  return {
    items: numberOf(MaxItemsPerBatch, MaxItemsPerBatchPath, "MaxItemsPerBatch", scope, atLeastOne) ?? Infinity,
    bytes:
      numberOf(MaxInputBytesPerBatch, MaxInputBytesPerBatchPath, "MaxInputBytesPerBatch", scope, atLeastOne) ??
      Infinity,
  };
}
