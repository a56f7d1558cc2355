import { expect, it } from "vitest";
import { usage } from "./failure.ts";

it("a failure of a command cannot control the terminal that shows it, and keeps its lines", () => {
  expect(usage("no file \u001b[2Jx.jpg\u202e\nnor another").message).toBe(
    "no file \\u001b[2Jx.jpg\\u202e\nnor another",
  );
});
