import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { writeTo } from "./stream.ts";

it("waits for a full stream with one listener, whatever is written meanwhile", async () => {
  const texts: string[] = [];
  const stream = Object.assign(new EventEmitter(), { write: (text: string) => texts.push(text) < 3 });
  await Promise.all([writeTo(stream, "1"), writeTo(stream, "2")]);
  let done = 0;
  const waiting = Array.from({ length: 50 }, async (_, at) => {
    await writeTo(stream, `${at + 3}`);
    done += 1;
  });
  await Promise.resolve();
  expect([done, stream.listenerCount("drain")]).toEqual([0, 1]);
  stream.emit("drain");
  await Promise.all(waiting);
  expect([done, texts.length]).toEqual([50, 52]);
  const next = writeTo(stream, "53");
  expect(stream.listenerCount("drain")).toBe(1);
  stream.emit("drain");
  await next;
});
