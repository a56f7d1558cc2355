import { expect, it } from "vitest";
import { type DraftStore, Drafts } from "./drafts.ts";

function store(): DraftStore & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, text) => void kept.set(name, text),
    removeItem: (name) => void kept.delete(name),
  };
}

it("keeps what was typed over a reload, field by field, until it is emptied", () => {
  const tab = store();
  new Drafts(tab).write("images", "https://a.example/b.jpg");
  const reloaded = new Drafts(tab);
  expect([reloaded.read("images"), reloaded.read("other")]).toEqual(["https://a.example/b.jpg", ""]);
  reloaded.write("images", "");
  expect([reloaded.read("images"), tab.kept.size]).toEqual(["", 0]);
});

it("keeps texts for this page if the browser refuses to store them", () => {
  const refuse = (): never => {
    throw new Error("QuotaExceededError");
  };
  const drafts = new Drafts({ getItem: refuse, setItem: refuse, removeItem: refuse });
  expect(drafts.read("images")).toBe("");
  drafts.write("images", "text");
  expect(drafts.read("images")).toBe("text");
});
