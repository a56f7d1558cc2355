import { Arguments, type IntrinsicFunction } from "./intrinsic-arguments.ts";
import { equalJson, type Json } from "./json.ts";

/** Maximum number of items that `States.ArrayRange` creates (AWS Step Functions, "Intrinsics for JSONPath states"). */
const longestRange = 1_000;

/** The intrinsic functions on arrays. */
export const arrays: Readonly<Record<string, IntrinsicFunction>> = {
  "States.Array": (values) => values,
  "States.ArrayPartition": (values, _random, name) => {
    const list = new Arguments(name, values, 2);
    const size = list.integer(1);
    if (size < 1) list.fail("needs a size of at least 1");
    const items = list.array(0);
    return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
      items.slice(index * size, (index + 1) * size),
    );
  },
  "States.ArrayContains": (values, _random, name) => {
    const list = new Arguments(name, values, 2);
    return list.array(0).some((item) => equalJson(item, list.at(1)));
  },
  "States.ArrayRange": (values, _random, name) => {
    const list = new Arguments(name, values, 3);
    const [first, last, step] = [list.integer(0), list.integer(1), list.integer(2)];
    if (step === 0) list.fail("needs a step that is not 0");
    const length = Math.max(0, Math.floor((last - first) / step) + 1);
    if (length > longestRange) list.fail(`makes at most ${longestRange} items, not ${length}`);
    return Array.from({ length }, (_, index) => first + index * step);
  },
  "States.ArrayGetItem": (values, _random, name) => {
    const list = new Arguments(name, values, 2);
    const index = list.integer(1);
    const items = list.array(0);
    const item = index < 0 ? undefined : items[index];
    return item === undefined ? list.fail(`has no item ${index}: the array holds ${items.length}`) : item;
  },
  "States.ArrayLength": (values, _random, name) => new Arguments(name, values, 1).array(0).length,
  "States.ArrayUnique": (values, _random, name) => {
    const unique: Json[] = [];
    for (const item of new Arguments(name, values, 1).array(0)) {
      if (!unique.some((other) => equalJson(other, item))) unique.push(item);
    }
    return unique;
  },
};
