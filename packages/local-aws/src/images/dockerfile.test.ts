import { describe, expect, it } from "vitest";
import { mirrorsContext, readDockerfile } from "./dockerfile.ts";

describe("a Dockerfile", () => {
  const text = `
# syntax=docker/dockerfile:1
ARG NODE=22
ARG BASE=public.ecr.aws/lambda/nodejs:\${NODE}
FROM golang:1.24 AS tools
COPY tool /tool
FROM --platform=linux/amd64 \${BASE} AS base
COPY --from=tools /tool /opt/tool
COPY --chown=1:1 lib \\
  # a comment within
  \${LAMBDA_TASK_ROOT}/lib/
FROM base AS app
WORKDIR /var/task/sub
COPY ["a b.mjs", "./"]
ADD https://example.com/x.tar /opt/
CMD ["sub/app.handler"]
FROM base
COPY other.mjs $LAMBDA_TASK_ROOT
`;

  it("has the copies of its target and of the stages below it, out of the context only", () => {
    const { base, copies } = readDockerfile(text, "app");
    expect(base).toBe("public.ecr.aws/lambda/nodejs:22");
    expect(copies.map(({ sources, destination }) => [sources, destination])).toEqual([
      [["lib"], "/var/task/lib/"],
      [["a b.mjs"], "/var/task/sub/"],
    ]);
  });

  it("ends in its last stage where no target is given", () => {
    expect(readDockerfile(text).copies.map(({ sources }) => sources)).toEqual([["lib"], ["other.mjs"]]);
    expect(readDockerfile("")).toEqual({ base: "", copies: [] });
  });
});

describe("a copy", () => {
  const folders = new Set(["src", "src/lib"]);
  const mirrors = (line: string) => {
    const [copy] = readDockerfile(`FROM scratch\nCOPY ${line}`).copies;
    return copy && mirrorsContext(copy, (source) => folders.has(source));
  };

  it.each([
    ". .",
    ". ${LAMBDA_TASK_ROOT}",
    "src src",
    "src ./src/",
    "src/lib/ /var/task/src/lib",
    "app.mjs ./",
    "app.mjs ${LAMBDA_TASK_ROOT}",
    "app.mjs app.mjs",
    "a.mjs b.mjs ./",
    "*.mjs ./",
    "src/app.mjs src/",
    "src/app.mjs src/app.mjs",
  ])("%s leaves every file at its path", (line) => {
    expect(mirrors(line)).toBe(true);
  });

  it.each([
    "src .",
    "src ${LAMBDA_TASK_ROOT}/",
    ". /opt",
    "app.mjs /opt/app.mjs",
    "app.mjs src/",
    "app.mjs index.mjs",
    "src/app.mjs ./",
    "src/*.mjs ./",
    "src/lib lib",
  ])("%s moves files", (line) => {
    expect(mirrors(line)).toBe(false);
  });
});
