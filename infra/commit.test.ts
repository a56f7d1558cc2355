import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { commitOf } from "./commit.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "commit-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const git = (...parameters: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.com", ...parameters], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();

function commit(text: string): string {
  writeFileSync(path.join(folder, "file"), text);
  git("add", "file");
  git("commit", "--message", "one", "--no-verify");
  return git("rev-parse", "HEAD");
}

it("is the commit of a clean checkout, whatever tags it has", () => {
  git("init");
  const head = commit("one");
  git("tag", "--annotate", "v1", "--message", "v1");
  expect(commitOf(folder)).toBe(head);
});

it("says that a file differs from it", () => {
  git("init");
  const head = commit("one");
  writeFileSync(path.join(folder, "file"), "two");
  expect(commitOf(folder)).toBe(`${head}-dirty`);
});

it("is absent outside a repository and before the first commit", () => {
  expect(commitOf(folder)).toBeUndefined();
  git("init");
  expect(commitOf(folder)).toBeUndefined();
});
