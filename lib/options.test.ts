import { expect, it } from "vitest";
import { parseOptions } from "./options.ts";

const read = (...parameters: string[]) =>
  parseOptions(
    parameters,
    { port: { type: "string", default: "8080" }, help: { type: "boolean", short: "h", default: false } },
    (message) => new RangeError(message),
  );

it("gives values, defaults and the rest", () => {
  expect(read("--port", "1", "photo.jpg")).toMatchObject({
    values: { port: "1", help: false },
    positionals: ["photo.jpg"],
  });
  expect(read("-h").values).toMatchObject({ port: "8080", help: true });
});

it.each([[["--colour"]], [["--port"]], [["--help=yes"]]])(
  "%j is one sentence and the way to the help",
  (parameters) => {
    expect(() => read(...parameters)).toThrow(RangeError);
    expect(() => read(...parameters)).toThrow(/^[^\n]*'--?[^\n]*\. See --help\.$/);
  },
);
