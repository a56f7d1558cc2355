import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openBase } from "./base.ts";
import { commitOf, mergeBaseOf, topFilesAt } from "./git.ts";

let root: string;
const git = (...parameters: string[]): string =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@localhost", ...parameters], {
    cwd: root,
    encoding: "utf8",
  }).trim();

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "review-test-"));
  git("init", "--quiet", "--initial-branch", "main");
  writeFileSync(path.join(root, "package-lock.json"), "{}");
  writeFileSync(path.join(root, "a.txt"), "first");
  mkdirSync(path.join(root, "node_modules"));
  git("add", "a.txt", "package-lock.json");
  git("commit", "--quiet", "-m", "First");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it("unpacks a commit beside the packages of this checkout, and leaves nothing", async () => {
  const commit = await commitOf(root, "HEAD");
  const base = await openBase(root, commit);
  const folder = base.checkout.root;
  expect(existsSync(path.join(folder, "a.txt"))).toBe(true);
  expect(existsSync(path.join(folder, "node_modules"))).toBe(true);
  base.remove();
  expect(existsSync(folder)).toBe(false);
  expect(existsSync(path.join(root, "node_modules"))).toBe(true);
});

it("leaves nothing of a commit that cannot be unpacked", async () => {
  await expect(openBase(root, "0".repeat(40))).rejects.toThrow(/cannot be unpacked/);
});

it("finds where work began, and what was there", async () => {
  const first = await commitOf(root, "HEAD");
  git("checkout", "--quiet", "-b", "work");
  git("commit", "--quiet", "--allow-empty", "-m", "Work");
  git("checkout", "--quiet", "main");
  git("commit", "--quiet", "--allow-empty", "-m", "Main");
  git("checkout", "--quiet", "work");
  expect(await mergeBaseOf(root, await commitOf(root, "main"))).toBe(first);
  expect(await topFilesAt(root, first)).toEqual(["a.txt", "package-lock.json"]);
  await expect(commitOf(root, "none")).rejects.toThrow(/Fetch it/);
});
