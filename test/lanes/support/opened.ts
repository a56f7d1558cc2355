import { afterAll, beforeAll } from "vitest";

/**
 * Opens something before the tests of the surrounding file or `describe` and closes it after them; the last opened is closed first.
 * The returned function gives it to a test and throws where it is called before the tests run.
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
