import { describe, expect, it } from "vitest";
import { Lines } from "../test-support/harness.ts";
import { InstanceLog } from "./instance-log.ts";

describe("an instance's log", () => {
  it("is a stream named by day, version and chance, as Lambda names it", () => {
    const { stream } = new InstanceLog(new Lines(), "/aws/lambda/f", "7");
    expect(stream).toMatch(/^\d{4}\/\d\d\/\d\d\/\[7\][0-9a-f]{32}$/);
  });

  it("gives the last 4 KiB of a call and nothing of the call before", () => {
    const log = new InstanceLog(new Lines(), "/aws/lambda/f", "1");
    log.line("of the call before");
    log.beginTail();
    log.line("first");
    expect(log.tail()).toBe("first\n");
    for (let index = 0; index < 1_000; index += 1) log.line(`line ${index}`);
    expect(Buffer.byteLength(log.tail())).toBe(4 * 1024);
    expect(log.tail()).toMatch(/line 998\nline 999\n$/);
  });

  it("is not written by a role that may not, and can be asked for all the same", () => {
    const lines = new Lines();
    const log = new InstanceLog(lines, "/aws/lambda/f", "1");
    log.forbid();
    log.beginTail();
    log.line("hello");
    expect(lines.entries).toEqual([]);
    expect(log.tail()).toBe("hello\n");
  });
});
