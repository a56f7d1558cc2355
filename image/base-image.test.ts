import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readDockerfile } from "../packages/local-aws/src/images/dockerfile.ts";
import { baseImageArguments, baseImageIn, withBaseImage } from "./base-image.ts";
import { recordBase } from "./record-base.ts";
import { RegistryError } from "./registry.ts";

const dockerfile = path.join(import.meta.dirname, "Dockerfile");
const text = readFileSync(dockerfile, "utf8");
const digests = ["0", "1"].map((digit) => `sha256:${digit.repeat(64)}`);
const [first = "", second = ""] = digests;

describe("the base of the images", () => {
  it("is AWS's, by a tag, in a line that Dependabot reads", () => {
    expect(baseImageIn(text).name).toMatch(/^public\.ecr\.aws\/lambda\/nodejs:\d+$/);
  });

  it.each(["light", "classify", "classify-bucket", "native", "packages"])("is underneath the stage %s", (stage) => {
    expect(readDockerfile(text, stage).base.split("@")[0]).toBe(baseImageIn(text).name);
  });

  it("can be recorded by digest, and the digest replaced", () => {
    const { name } = baseImageIn(text);
    const recorded = withBaseImage(text, { name, digest: first });
    expect(baseImageIn(recorded)).toEqual({ name, digest: first });
    const again = withBaseImage(recorded, { name, digest: second });
    expect(baseImageIn(again)).toEqual({ name, digest: second });
    expect(readDockerfile(again, "classify").base).toBe(`${name}@${second}`);
    expect(withBaseImage(again, { name, digest: undefined })).toBe(withBaseImage(text, { name, digest: undefined }));
  });

  it("becomes labels, of which every image has both", () => {
    expect(baseImageArguments({ name: "a/b:1", digest: first })).toEqual({ BASE_NAME: "a/b:1", BASE_DIGEST: first });
    expect(baseImageArguments({ name: "a/b:1", digest: undefined })).toEqual({ BASE_NAME: "a/b:1" });
    const labels =
      'LABEL org.opencontainers.image.base.name="${BASE_NAME}" org.opencontainers.image.base.digest="${BASE_DIGEST}"';
    const stages = text.split(/^FROM /m).filter((stage) => stage.includes(labels));
    expect(stages.map((stage) => /AS (\S+)/.exec(stage)?.[1])).toEqual(["light", "engine"]);
    for (const stage of stages) expect(stage).toMatch(/^ARG BASE_NAME\nARG BASE_DIGEST$/m);
  });

  it("is refused if the Dockerfile does not name it", () => {
    expect(() => baseImageIn("FROM scratch")).toThrow(/no line "FROM NAME:TAG AS aws"/);
  });
});

describe("npm run base", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "base-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "Dockerfile");
  const { name } = baseImageIn(text);

  it("writes the digest of the tag, and says when nothing has changed", async () => {
    writeFileSync(file, withBaseImage(text, { name, digest: undefined }));
    expect(await recordBase(file, async () => first)).toMatch(/is sha256:0+\. The next pulumi up builds/);
    expect(baseImageIn(readFileSync(file, "utf8"))).toEqual({ name, digest: first });
    expect(await recordBase(file, async () => first)).toMatch(/is still sha256:0+\.$/);
  });

  it("changes nothing if the registry does not respond", async () => {
    writeFileSync(file, text);
    const failing = recordBase(file, () => Promise.reject(new RegistryError("unreachable")));
    await expect(failing).rejects.toThrow(RegistryError);
    expect(readFileSync(file, "utf8")).toBe(text);
  });
});
