import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { resourceTypes } from "./capture/resources.ts";

const folder = path.resolve(import.meta.dirname, "..");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll(path.sep, "/"))
  .filter((file) => /\.(ts|mjs|json|md)$/.test(file) && !/^(dist|node_modules)\//.test(file));
const textOf = (file: string): string => readFileSync(path.join(folder, file), "utf8");

describe("the package", () => {
  it("has no word of a product in it", () => {
    // The names are assembled here so that the search does not find this file.
    const words = ["dlw", "deep.?learning", "incep" + "tion", "tensor" + "flow", "classif" + "y", "labra" + "dor"];
    const forbidden = new RegExp(`\\b(${words.join("|")})|DLW_`, "i");
    const found = files
      .filter((file) => !file.endsWith("src/package.test.ts"))
      .flatMap((file) => [...textOf(file).split("\n").entries()].map(([at, line]) => ({ file, at: at + 1, line })))
      .filter(({ line }) => forbidden.test(line));
    expect(found).toEqual([]);
  });

  it("imports nothing outside of its folder", () => {
    const leaving = files
      .filter((file) => file.startsWith("src/"))
      .flatMap((file) =>
        [...textOf(file).matchAll(/from "(\.[^"]+)"/g)]
          .map(([, target = ""]) => path.posix.join(path.posix.dirname(file), target))
          .filter((target) => !target.startsWith("src/"))
          .map((target) => `${file} -> ${target}`),
      );
    expect(leaving).toEqual([]);
  });

  it("imports its policy library in one folder only", () => {
    const sources = files.filter((file) => file.startsWith("src/") && !file.endsWith(".test.ts"));
    const users = sources.filter((file) => textOf(file).includes('from "@cloud-copilot/'));
    expect(users.length).toBeGreaterThan(0);
    expect(users.filter((file) => !file.startsWith("src/iam/cloud-copilot/"))).toEqual([]);
  });

  it("lists in its README every resource type that it knows, served or recorded, once", () => {
    const listed = [...textOf("README.md").matchAll(/^- `(awsx?:[^`]+)`$/gm)].map(([, type]) => type);
    expect(listed.toSorted()).toEqual([...resourceTypes].toSorted());
    const [, served = "", recorded = ""] = textOf("README.md").split(/\*\*(?:Served|Recorded only)\*\*/);
    const readers = files
      .filter((file) => /^src\/capture\/graph\/(?!.*\.test)/.test(file))
      .map(textOf)
      .join("\n");
    const short = (type: string): string => type.replace(/^aws:apigateway\//, "");
    // Bucket policies are part of the graph, but nothing evaluates them.
    const isRead = (type: string): boolean =>
      type !== "aws:s3/bucketPolicy:BucketPolicy" &&
      (readers.includes(`"${type}"`) || readers.includes(`"${short(type)}"`));
    for (const type of resourceTypes) expect([type, isRead(type)]).toEqual([type, served.includes(`\`${type}\``)]);
    expect(recorded).toContain("aws:sns/topic:Topic");
  });
});
