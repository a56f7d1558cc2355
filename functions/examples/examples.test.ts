import { describe, expect, it, vi } from "vitest";
import { handler as branch } from "./branch/handler.ts";
import { handler as merge } from "./merge/handler.ts";
import { handler as message } from "./message/handler.ts";
import { handler as start } from "./start/handler.ts";

vi.mock("../shared/log.ts", () => ({ log: () => {} }));

/** What the Parallel state does with the output of `start`. */
async function branchMapReduce(input: unknown) {
  const numbers = await start(input);
  return merge(await Promise.all([1, 2].map((each) => branch({ branch: each, input: numbers }))));
}

describe("single-task", () => {
  it("returns the message, or a default one", async () => {
    expect(await message({ message: "l'été" })).toEqual({ message: "l'été" });
    expect((await message({})).message).not.toBe("");
  });

  it("fails with InvalidInput for an invalid message", async () => {
    await expect(message({ message: 7 })).rejects.toMatchObject({ name: "InvalidInput" });
  });
});

describe("branch-map-reduce", () => {
  it("computes in two branches the same sum as one loop", async () => {
    expect(await branchMapReduce({ numbers: [1, 2.5, -3] })).toEqual({
      count: 3,
      sum: 0.5,
      branches: [
        { branch: 1, count: 2, sum: -2 },
        { branch: 2, count: 1, sum: 2.5 },
      ],
    });
  });

  it("uses default numbers if it is started without input", async () => {
    expect(await branchMapReduce({})).toMatchObject({ count: 8, sum: 36 });
  });
});
