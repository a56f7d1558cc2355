import { afterEach, expect, it, vi } from "vitest";

/** The module as another file of a lane has it, which begins at the same port. */
async function inAnotherFile() {
  vi.resetModules();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  return import("./lanes/support/ports.ts");
}

afterEach(() => {
  vi.restoreAllMocks();
});

it("no two files of lanes are given the same port, although nothing listens on it", async () => {
  const ports: number[] = [];
  for (const { freePort } of [await inAnotherFile(), await inAnotherFile()])
    ports.push(await freePort(), await freePort());
  expect(new Set(ports).size).toBe(4);
});

it("a port is free to listen on", async () => {
  const { freePort, canListen } = await inAnotherFile();
  expect(await canListen(await freePort())).toBe(true);
});
