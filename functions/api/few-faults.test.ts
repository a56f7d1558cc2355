import { expect, it } from "vitest";
import { withFewFaults } from "./few-faults.ts";
import { testApi } from "./test-support/api.ts";

const numbers = (count: number): readonly unknown[] => new Array(count).fill(1);

it("changes no list with few wrong elements, and no other body", () => {
  const bodies = [["a", 1, "b"], { images: ["a", ...numbers(19)], topK: 1 }, { images: "s3://b/p/" }, {}, null, 7, "a"];
  for (const body of bodies) expect(withFewFaults(body)).toEqual(body);
});

it("ends a list with the twentieth wrong element", () => {
  expect(withFewFaults(["a", ...numbers(5_000_000)])).toHaveLength(21);
  expect(withFewFaults({ images: ["a", "", "b", ...numbers(30)], topK: 1 })).toEqual({
    images: ["a", "", "b", ...numbers(19)],
    topK: 1,
  });
});

it.each([
  ["a list", (images: readonly unknown[]) => images],
  ["an object", (images: readonly unknown[]) => ({ images })],
])("the first wrong elements of %s are named", async (_form, bodyOf) => {
  const { status, json } = await testApi().call("POST", "/classify", bodyOf(["a", ...numbers(1_000)]));
  const { code, details } = json as { code: string; details: readonly { path: string }[] };
  expect([status, code, details.length]).toEqual([400, "InvalidRequest", 20]);
  expect(details[0]?.path).toMatch(/^(images\.)?1$/);
});

it("a message about very many unknown fields is short", async () => {
  const fields = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`field${at}`, 1]));
  const { status, json } = await testApi().call("POST", "/classify", { images: ["a"], ...fields });
  expect(status).toBe(400);
  expect(JSON.stringify(json).length).toBeLessThan(2_000);
});
