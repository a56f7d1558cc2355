import { expect, it } from "vitest";
import { printable } from "./printable.ts";

it("escapes what could move the cursor, colour or turn text, and keeps lines", () => {
  expect(printable("a\u001b[2J\u0007\u009b\r\u202eb\n\tc")).toBe("a\\u001b[2J\\u0007\\u009b\\u000d\\u202eb\n\tc");
});

it("shows an error with its stack, and what its message hides", () => {
  expect(printable(new Error("no \u001b]0;title\u0007"))).toMatch(/^Error: no \\u001b\]0;title\\u0007\n {4}at /);
});
