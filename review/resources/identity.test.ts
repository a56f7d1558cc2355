import { describe, expect, it } from "vitest";
import { resource } from "../test-support/resource.ts";
import { match } from "./identity.ts";

const bucket = (name: string, more: Parameters<typeof resource>[2] = {}) =>
  resource("aws:s3/bucket:Bucket", name, more);
const component = (type: string, name: string, more: Parameters<typeof resource>[2] = {}) =>
  resource(type, name, { custom: false, ...more });

describe("a resource", () => {
  it("is the same under the same parents, and another under others", () => {
    const [a, b] = [component("x:A", "one"), component("x:B", "one")];
    const inA = bucket("data", { parent: a.urn });
    const inB = bucket("data", { parent: b.urn });
    expect(match([a, inA], [a, inA])).toMatchObject({ pairs: [{ before: inA, after: inA }], created: [], deleted: [] });
    expect(match([a, inA], [b, inB])).toMatchObject({ pairs: [], created: [inB], deleted: [inA] });
  });

  it("keeps its identity by an alias of its name", () => {
    const renamed = bucket("new", { options: { aliases: [{ name: "old" }] } });
    expect(match([bucket("old")], [renamed]).pairs).toHaveLength(1);
  });

  it("keeps its identity by an alias of a parent's type", () => {
    const before = component("x:Old", "c");
    const after = component("x:New", "c", { options: { aliases: [{ type: "x:Old" }] } });
    const matched = match(
      [before, bucket("data", { parent: before.urn })],
      [after, bucket("data", { parent: after.urn })],
    );
    expect(matched.pairs).toHaveLength(1);
    expect(matched.deleted).toEqual([]);
  });

  it("keeps its identity by an alias that is a whole URN", () => {
    const before = bucket("old");
    const after = bucket("new", { options: { aliases: [{ urn: before.urn }] } });
    expect(match([before], [after]).pairs).toHaveLength(1);
  });

  it("of a component is no resource of AWS", () => {
    expect(match([], [component("x:A", "one")]).created).toEqual([]);
  });
});
