import { describe, expect, it } from "vitest";
import { sandboxesOf, thisMachine } from "./machine.ts";

describe("a machine's capacity", () => {
  it.each([
    ["by processor, one core being 1,769 MB of memory", 1_536, { cores: 2, memoryMb: 100_000 }, 2],
    ["by processor, at least one per core", 3_008, { cores: 2, memoryMb: 100_000 }, 2],
    ["by memory", 1_536, { cores: 16, memoryMb: 5_000 }, 3],
    ["at least one, however small the machine", 10_240, { cores: 1, memoryMb: 500 }, 1],
    ["at most what helps", 128, { cores: 128, memoryMb: 1_000_000 }, 64],
  ] as const)("is limited %s", (_by, memorySizeMb, machine, sandboxes) => {
    expect(sandboxesOf(memorySizeMb, machine)).toBe(sandboxes);
  });

  it("is measured", () => {
    const { cores, memoryMb } = thisMachine();
    expect(cores).toBeGreaterThanOrEqual(1);
    expect(memoryMb).toBeGreaterThan(0);
  });
});
