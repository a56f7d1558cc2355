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

it.each([
  [["--port"], "--port needs a value. See --help."],
  [["--port", "-1"], '--port needs a value; one that begins with "-" is written --port=VALUE. See --help.'],
  [["--help=yes"], "--help takes no value. See --help."],
])("%j is reported in one sentence that names the option and the remedy", (parameters, sentence) => {
  expect(() => read(...parameters)).toThrow(new RangeError(sentence));
});

it.each([
  ["--prot", ' Did you mean "--port"?'],
  ["--Port", ' Did you mean "--port"?'],
  ["--prot=81", ' Did you mean "--port"?'],
  ["--colour", ""],
  ["-x", ""],
])("the unknown option %s is reported in one sentence, with a suggestion if an option is similar", (given, meant) => {
  expect(() => read(given)).toThrow(`There is no option "${given.replace(/=.*/, "")}".${meant} See --help.`);
});

it("reports that npm consumed an option before the two dashes", () => {
  expect(() => readUnder({ npm_config_port: "81" })).toThrow(
    'npm kept --port for itself. Options of a script follow "--": npm start -- --port …',
  );
  expect(() => readUnder({ npm_config_port: "81", npm_lifecycle_event: "classify" })).toThrow(
    "npm run classify -- --port …",
  );
  expect(readUnder({ npm_config_port: "81" }, "--port", "82").values.port).toBe("82");
  expect(readUnder({ npm_config_help: "true", npm_config_registry: "" }).values.port).toBe("8080");
});
