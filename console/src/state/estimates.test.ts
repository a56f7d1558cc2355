import { expect, it } from "vitest";
import { Estimates } from "./estimates.ts";

it("asks once for each number of images, and has none where the stack offers none", async () => {
  const asked: number[] = [];
  let changes = 0;
  const estimates = new Estimates(
    () => {
      changes += 1;
    },
    async (images) => {
      asked.push(images);
      if (images === 9) throw new Error("NoCostSettings");
      return { images, usd: images / 1_000, costs: [], label: "estimate" };
    },
  );
  expect([estimates.of(5_000), estimates.of(9), estimates.of(5_000)]).toEqual([undefined, undefined, undefined]);
  await new Promise((resolve) => setTimeout(resolve));
  expect(estimates.of(5_000)).toMatchObject({ usd: 5 });
  expect(estimates.of(9)).toBeUndefined();
  expect([asked, changes]).toEqual([[5_000, 9], 1]);
});
