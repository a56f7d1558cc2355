import { describe, expect, it } from "vitest";
import type { MapState } from "../../asl/definition.ts";
import type { Query } from "../query/query.ts";
import { itemSource } from "./map-items.ts";

/** A query whose templates have no expressions. */
const query = { template: async (template: unknown) => template, number: async () => undefined } as unknown as Query;

const sourceOf = (Resource: string, Parameters: object) =>
  itemSource({ Type: "Map", ItemReader: { Resource, Parameters } } as unknown as MapState, undefined, query);

describe("the source of a Distributed Map's items", () => {
  it("is the listing of a bucket", async () => {
    expect(await sourceOf("arn:aws:states:::s3:listObjectsV2", { Bucket: "data", Prefix: "in/" })).toEqual({
      listing: { bucket: "data", prefix: "in/" },
      config: {},
      most: Infinity,
    });
    expect(await sourceOf("arn:aws:states:::s3:listObjectsV2", { Bucket: "data" })).toMatchObject({
      listing: { bucket: "data", prefix: "" },
    });
  });

  it("is an object", async () => {
    expect(await sourceOf("arn:aws:states:::s3:getObject", { Bucket: "data", Key: "items.json" })).toEqual({
      object: { bucket: "data", key: "items.json" },
      config: {},
      most: Infinity,
    });
  });

  it.each(["s3:listObjectsV2", "s3:getObject"])("names the parameter that %s lacks", async (name) => {
    await expect(sourceOf(`arn:aws:states:::${name}`, { Key: "items.json" })).rejects.toThrow("'Bucket'");
  });
});
