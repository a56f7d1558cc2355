import { describe, expect, it } from "vitest";
import { readLiveOptions } from "./options.ts";

describe("the options of live", () => {
  it("name a command, and have defaults for the rest", () => {
    expect(readLiveOptions(["many", "--stack", "live"])).toEqual({
      command: "many",
      images: 1_000,
      stack: "live",
      dataDir: ".data",
      help: false,
    });
  });

  it.each([
    [[], "Name one command. Commands: many, redrive, traffic, starts, left."],
    [["everything"], 'live takes one command, and not "everything".'],
    [["many", "left"], 'live takes one command, and not "many left".'],
    [["many", "--images", "0"], '--images is "0"; it must be a whole number from 1 to 10000.'],
    [["many", "--stak", "dev"], 'There is no option "--stak". Did you mean "--stack"? See --help.'],
  ])("%j are refused", (parameters, message) => {
    expect(() => readLiveOptions(parameters)).toThrow(message);
  });
});
