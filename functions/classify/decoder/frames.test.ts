import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameError, FrameReader, frameParts } from "./frames.ts";

const limits = { headerBytes: 1_000, bodyBytes: 10_000 };
const bytes = fc.uint8Array({ maxLength: 300 });

describe("frames", () => {
  it("arrive unchanged, however the bytes are split", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ text: fc.string(), bytes }), { maxLength: 6 }), fc.nat(40), (sent, step) => {
        const stream = Buffer.concat(sent.flatMap(({ text, bytes: body }) => frameParts({ text }, body)));
        const reader = new FrameReader(limits);
        const received = [];
        for (let at = 0; at < stream.length; at += step + 1)
          received.push(...reader.push(stream.subarray(at, at + step + 1)));
        expect(received.map(({ header, body }) => ({ header, body: [...body] }))).toEqual(
          sent.map(({ text, bytes: body }) => ({ header: { text }, body: [...body] })),
        );
      }),
    );
  });

  it("arrive unchanged through one buffer that is overwritten by each read", () => {
    const [first, second] = [Buffer.alloc(300, 1), Buffer.alloc(200, 2)];
    const stream = Buffer.concat([...frameParts({ n: 1 }, first), ...frameParts({ n: 2 }, second)]);
    const reader = new FrameReader(limits);
    const buffer = Buffer.alloc(64);
    const received = [];
    for (let at = 0; at < stream.length; at += buffer.length) {
      const length = stream.copy(buffer, 0, at);
      received.push(...reader.push(buffer.subarray(0, length)));
      buffer.fill(0xff);
    }
    expect(received).toEqual([
      { header: { n: 1 }, body: first },
      { header: { n: 2 }, body: second },
    ]);
  });

  it.each([
    ["a header above its limit", frameParts({ text: "x".repeat(1_000) })],
    ["a body above its limit", frameParts({}, Buffer.alloc(10_001))],
    ["no header", [Buffer.alloc(8)]],
    ["a header that is not JSON", [Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]), Buffer.from("{{{")]],
  ])("%s is rejected before more is read", (_what, parts) => {
    expect(() => new FrameReader(limits).push(Buffer.concat(parts))).toThrow(FrameError);
  });
});
