import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { functionDefinitions } from "../contract/functions.ts";
import { readDockerfile } from "../packages/local-aws/src/images/dockerfile.ts";

const text = readFileSync(path.join(import.meta.dirname, "Dockerfile"), "utf8");

it.each(Object.entries(functionDefinitions))(
  "copies the handler of %s by exactly one line of its target",
  (_name, { handler, target }) => {
    const sources = readDockerfile(text, target).copies.flatMap((copy) => copy.sources);
    expect(sources.filter((source) => source === "." || handler.startsWith(`${source}/`))).toHaveLength(1);
  },
);
