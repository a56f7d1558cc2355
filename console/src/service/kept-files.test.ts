import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BrowserFiles, outdated } from "./kept-files.ts";

/** Node has no IndexedDB: the stored entries. */
const stored = vi.hoisted(() => new Map<string, unknown>());
vi.mock("idb-keyval", () => ({
  createStore: () => undefined,
  get: async (key: string) => stored.get(key),
  set: async (key: string, value: unknown) => void stored.set(key, value),
  entries: async () => [...stored],
  delMany: async (keys: readonly string[]) => {
    for (const key of keys) stored.delete(key);
  },
}));

const hourMs = 3_600_000;
const now = 100 * hourMs;
const kept = (...hoursAgo: readonly number[]) =>
  hoursAgo.map((hours) => [`${hours} h`, { keptAt: now - hours * hourMs }] as const);

it("keeps the files of a tab for a day", () => {
  expect(outdated(kept(0, 25, 24, 30), now)).toEqual(["25 h", "30 h"]);
  expect(outdated([], now)).toEqual([]);
});

it("keeps the files of the five tabs that imported last", () => {
  expect(outdated(kept(3, 1, 7, 2, 5, 4, 6), now)).toEqual(["6 h", "7 h"]);
});

describe("the files of a tab", () => {
  let session: Map<string, string>;

  /** Continues in the tab with this session storage. */
  function enter(tab: Map<string, string>): void {
    session = tab;
  }

  beforeEach(() => {
    enter(new Map());
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.stubGlobal("sessionStorage", {
      getItem: (name: string) => session.get(name) ?? null,
      setItem: (name: string, value: string) => session.set(name, value),
    });
  });
  afterEach(() => {
    stored.clear();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const file = (name: string) => new File(["{}"], name);
  const restored = async () => (await new BrowserFiles().restore()).map(({ name }) => name);

  it("are restored after a reload until others, or no files, are kept", async () => {
    expect(await restored()).toEqual([]);
    await new BrowserFiles().keep([file("a"), file("b")]);
    expect(await restored()).toEqual(["a", "b"]);
    await new BrowserFiles().keep([file("c")]);
    expect(await restored()).toEqual(["c"]);
    await new BrowserFiles().keep([]);
    expect(await restored()).toEqual([]);
  });

  it("stay the same if a duplicate of the tab, which copies its session storage, keeps others", async () => {
    await new BrowserFiles().keep([file("original")]);
    const original = session;
    enter(new Map(original));
    expect(await restored()).toEqual(["original"]);
    await new BrowserFiles().keep([file("other")]);
    expect(await restored()).toEqual(["other"]);
    enter(original);
    expect(await restored()).toEqual(["original"]);
  });

  it("are not restored once they are older than a day, although they are not deleted yet", async () => {
    await new BrowserFiles().keep([file("a")]);
    vi.setSystemTime(Date.now() + 24 * hourMs);
    expect(await restored()).toEqual(["a"]);
    vi.setSystemTime(Date.now() + 1);
    expect(await restored()).toEqual([]);
    expect(stored.size).toBe(1);
  });
});
