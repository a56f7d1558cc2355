import { describe, expect, it } from "vitest";
import { attribute, toSavedModel } from "./graph-def.ts";
import { Message } from "./protobuf.ts";

const hex = (message: Message) => Buffer.from(message.finish()).toString("hex");

describe("protobuf", () => {
  it.each([
    [new Message().integer(1, 0), "0800"],
    [new Message().integer(1, 150), "089601"],
    [new Message().integer(1, -1), "08ffffffffffffffffff01"],
    [new Message().bytes(2, "testing"), "120774657374696e67"],
    [new Message().float(4, 1), "250000803f"],
    [new Message().message(3, new Message().integer(1, 150)), "1a03089601"],
    [new Message().integer(16, 1), "800101"],
  ])("encodes as its specification does: %#", (message, expected) => expect(hex(message)).toBe(expected));
});

describe("a SavedModel", () => {
  it("has schema version 1, one graph and the tag under which it is loaded", () => {
    const bytes = Buffer.from(toSavedModel([{ name: "x", op: "Placeholder", attr: { dtype: attribute.float } }]));
    expect(bytes.subarray(0, 2).toString("hex")).toBe("0801");
    expect(bytes.includes("serve")).toBe(true);
    expect(bytes.includes(Buffer.from(hex(new Message().bytes(1, "x").bytes(2, "Placeholder")), "hex"))).toBe(true);
  });

  it("refuses a data type that it cannot write", () => {
    const node = { name: "x", op: "Placeholder", attr: { dtype: { type: "DT_STRING" } } };
    expect(() => toSavedModel([node])).toThrow('"DT_STRING"');
  });
});
