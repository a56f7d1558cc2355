import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { inPartition, partitionOf } from "./partition.ts";

const folder = path.resolve(import.meta.dirname, "../statemachine");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".asl.json"));

describe("another partition", () => {
  it("is known from any ARN of the stack", () => {
    expect(partitionOf("arn:aws-us-gov:s3:::data")).toBe("aws-us-gov");
    expect(partitionOf("arn:aws:s3:::data")).toBe("aws");
  });

  it.each(files)("leaves no ARN of the commercial one in %s", (file) => {
    const text = JSON.stringify(JSON.parse(readFileSync(path.join(folder, file), "utf8")));
    expect(inPartition(text, "aws")).toBe(text);
    expect(text).toContain("arn:aws:");
    expect(inPartition(text, "aws-cn")).not.toContain("arn:aws:");
  });

  it("changes nothing that only looks like an integration", () => {
    const text = '{"Comment":"see arn:aws:states:::lambda:invoke","Resource":"arn:aws:states:::lambda:invoke"}';
    expect(inPartition(text, "aws-cn")).toBe(
      '{"Comment":"see arn:aws:states:::lambda:invoke","Resource":"arn:aws-cn:states:::lambda:invoke"}',
    );
  });
});
