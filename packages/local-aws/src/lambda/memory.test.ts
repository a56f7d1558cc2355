import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, expect, it } from "vitest";
import { open, stopAll } from "./test-support/harness.ts";

afterEach(stopAll);

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function heapMb(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

it("a warm sandbox keeps nothing of the calls that it has answered", async () => {
  const large = `export const handler = async ({ at }) => String(at).repeat(2_000_000);`;
  const { invoke, lines } = open({ handlers: { large } });
  await invoke("large", { at: 0 });
  const before = heapMb();
  for (let at = 1; at <= 30; at += 1) await invoke("large", { at: at % 10 });
  expect(lines.text.match(/^INIT_START/gm)).toHaveLength(1);
  expect(heapMb() - before).toBeLessThan(20);
});
