import { describe, expect, it } from "vitest";
import { readOptions } from "./options.ts";

const read = (...parameters: string[]) => readOptions(parameters, "/project");

describe("the command line", () => {
  it("has defaults for everything", () => {
    expect(read()).toEqual({
      port: 8080,
      stack: "dev",
      dataDir: "/project/.data",
      allowedHosts: [],
      configuration: {},
      quiet: false,
      help: false,
      token: false,
    });
  });

  it("accepts every option in its help", () => {
    const given = [
      "--port",
      "0",
      "--stack",
      "prod",
      "--data",
      "/d",
      "--api-key",
      "k",
      "--allow-host",
      "localhost:9000",
      "--node",
      "/opt/node24",
      "--faults",
      "/faults.json",
    ];
    expect(
      read(...given, "--token", "--config", "classifyMemory=2048", "--config", "tracing=a=b", "--quiet", "--help"),
    ).toEqual({
      port: 0,
      stack: "prod",
      dataDir: "/d",
      apiKey: "k",
      allowedHosts: ["localhost:9000"],
      configuration: { classifyMemory: "2048", tracing: "a=b" },
      node: "/opt/node24",
      faultFile: "/faults.json",
      quiet: true,
      help: true,
      token: true,
    });
  });

  it.each([
    [["--port", "70000"], /--port is "70000".*0 to 65535/],
    [["--port", "web"], /--port is "web"/],
    [["--prot", "1"], /There is no option "--prot"\. Did you mean "--port"\? All options: npm start -- --help/],
    [["8081"], /follow "--"/],
    [["--stack", "../dev"], /--stack is "..\/dev"/],
    [["--allow-host", "example.com"], /--allow-host is "example.com".*port/],
    [["--config", "tracing"], /--config is "tracing".*KEY=VALUE/],
  ])("%o is rejected with a sentence that has the remedy", (parameters, message) => {
    expect(() => read(...parameters)).toThrow(
      expect.objectContaining({ name: "OperatorError", message: expect.stringMatching(message) }),
    );
  });
});
