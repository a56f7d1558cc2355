import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { readCommand } from "./command.ts";

const options = { rounds: { type: "string", default: "3" }, quick: { type: "boolean", default: false } } as const;
const read = (...parameters: string[]) => readCommand("npm run it -- [--rounds N]\n", options, parameters);

let [printed, complained] = ["", ""];
beforeEach(() => {
  [printed, complained] = ["", ""];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    complained += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

it("gives the values", () => {
  expect(read("--quick")).toEqual({ rounds: "3", quick: true });
  expect(printed + complained).toBe("");
});

it("prints its help whatever else is asked", () => {
  expect(read("--rounds", "--help")).toBeUndefined();
  expect(printed).toBe("npm run it -- [--rounds N]\n");
  expect(process.exitCode).toBeUndefined();
});

it.each([
  [["--round", "2"], 'There is no option "--round". Did you mean "--rounds"? See --help.'],
  [["fast"], '"fast" belongs to no option. See --help.'],
])("complains of %j in one sentence, with exit code 2", (parameters, sentence) => {
  expect(read(...parameters)).toBeUndefined();
  expect(complained).toBe(`${sentence}\n`);
  expect(process.exitCode).toBe(2);
});
