import { expect, it } from "vitest";
import { parseOptions } from "./options.ts";

const readUnder = (environment: NodeJS.ProcessEnv, ...parameters: string[]) =>
  parseOptions(
    parameters,
    { port: { type: "string", default: "8080" }, help: { type: "boolean", short: "h", default: false } },
    (message) => new RangeError(message),
    environment,
  );
const read = (...parameters: string[]) => readUnder({}, ...parameters);

it("gives values, defaults and the rest", () => {
  expect(read("--port", "1", "photo.jpg")).toMatchObject({
    values: { port: "1", help: false },
    positionals: ["photo.jpg"],
  });
  expect(read("-h").values).toMatchObject({ port: "8080", help: true });
});

it.each([[["--port"]], [["--help=yes"]]])("%j is one sentence and the way to the help", (parameters) => {
  expect(() => read(...parameters)).toThrow(RangeError);
  expect(() => read(...parameters)).toThrow(/^[^\n]*'--?[^\n]*\. See --help\.$/);
});

it.each([
  ["--prot", ' Did you mean "--port"?'],
  ["--Port", ' Did you mean "--port"?'],
  ["--prot=81", ' Did you mean "--port"?'],
  ["--colour", ""],
  ["-x", ""],
])("the unknown option %s is a sentence, with the one that was meant where there is such a one", (given, meant) => {
  expect(() => read(given)).toThrow(`There is no option "${given.replace(/=.*/, "")}".${meant} See --help.`);
});

it("says that npm kept an option which stood before the two dashes", () => {
  expect(() => readUnder({ npm_config_port: "81" })).toThrow("npm kept --port for itself.");
  expect(readUnder({ npm_config_port: "81" }, "--port", "82").values.port).toBe("82");
  expect(readUnder({ npm_config_help: "true", npm_config_registry: "" }).values.port).toBe("8080");
});
