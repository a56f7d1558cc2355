import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeWholeFolder } from "./whole-folder.ts";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(path.join(os.tmpdir(), "whole-folder-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const fillWith = (text: string) => async (work: string) => writeFileSync(path.join(work, "file"), text);

it("is complete, and nothing is left beside it", async () => {
  const folder = path.join(parent, "below", "folder");
  await makeWholeFolder(folder, fillWith("content"));
  expect(readFileSync(path.join(folder, "file"), "utf8")).toBe("content");
  expect(readdirSync(path.dirname(folder))).toEqual(["folder"]);
});

it("does not exist if filling it fails, and nothing is left beside it", async () => {
  const folder = path.join(parent, "folder");
  const failing = async (work: string) => {
    await fillWith("half")(work);
    throw new RangeError("the source ended");
  };
  await expect(makeWholeFolder(folder, failing)).rejects.toThrow("the source ended");
  expect(existsSync(folder)).toBe(false);
  expect(readdirSync(parent)).toEqual([]);
});

it("is the first one when several are made at once", async () => {
  const folder = path.join(parent, "folder");
  const texts = Array.from({ length: 8 }, (_, index) => `content ${index}`);
  await Promise.all(texts.map((text) => makeWholeFolder(folder, fillWith(text))));
  expect(texts).toContain(readFileSync(path.join(folder, "file"), "utf8"));
  expect(readdirSync(parent)).toEqual(["folder"]);
});

it("throws other errors of the file system", async () => {
  const blocked = path.join(parent, "blocked");
  writeFileSync(blocked, "a file");
  await expect(makeWholeFolder(path.join(blocked, "folder"), fillWith("x"))).rejects.toMatchObject({
    code: expect.stringMatching(/ENOTDIR|EEXIST/),
  });
});
