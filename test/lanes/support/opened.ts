import { afterAll, beforeAll } from "vitest";

/**
 * Opens a resource before the tests of the surrounding file or `describe`, and closes it after them. The resource that
 * was opened last is closed first. The returned function gives the resource to a test. It throws if it is called before
 * the tests run.
 */
export function opened<Value>(open: () => Promise<Value>, close: (value: Value) => unknown = () => undefined) {
  let current: { readonly value: Value } | undefined;
  beforeAll(async () => {
    current = { value: await open() };
  });
  afterAll(async () => {
    if (current) await close(current.value);
  });
  return (): Value => {
    if (!current) throw new Error("opened by beforeAll: it can be used inside tests and hooks only");
    return current.value;
  };
}
