import { execFileSync } from "node:child_process";
import fs, { mkdirSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Watch, watchProgram } from "./watch.ts";

let root: string;
let watch: Watch;
const seen: string[] = [];

const write = (file: string, text = String(Math.random())): void => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
};
const git = (...parameters: string[]): void => {
  execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...parameters], {
    cwd: root,
    stdio: "pipe",
  });
};
const expectSeen = (...files: readonly string[]) =>
  vi.waitFor(() => expect(seen).toEqual(expect.arrayContaining([...files])), { timeout: 15_000, interval: 20 });

const files = ["index.ts", "Pulumi.yaml", "Pulumi.dev.yaml", "statemachine/a.asl.json", "functions/api/handler.ts"];

beforeEach(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), "watch-"));
  for (const file of [...files, "README.md", "functions/api/handler.test.ts"]) write(file);
  git("init", "--quiet", "--initial-branch=main");
  git("add", ".");
  git("commit", "--quiet", "--message", "first");
  seen.length = 0;
  watch = watchProgram(root, "dev", async (changed) => {
    seen.push(...changed);
  });
  await watch.ready;
});
afterEach(async () => {
  await watch.close();
  rmSync(root, { recursive: true, force: true });
});

describe("the watcher", () => {
  it.each(files)("detects that %s is edited in place, replaced by an editor, and edited again", async (file) => {
    write(file);
    await expectSeen(file);
    for (let round = 0; round < 2; round += 1) {
      seen.length = 0;
      write(`${file}.tmp`);
      renameSync(path.join(root, `${file}.tmp`), path.join(root, file));
      await expectSeen(file);
    }
    seen.length = 0;
    unlinkSync(path.join(root, file));
    await expectSeen(file);
    seen.length = 0;
    write(file);
    await expectSeen(file);
  });

  it.each(files)("sees %s written the way that vim and JetBrains' editors write", async (file) => {
    const place = (name: string): string => path.join(root, name);
    const ways: readonly (() => void)[] = [
      () => {
        // vim: the old file becomes the copy, a new one takes its name.
        renameSync(place(file), place(`${file}~`));
        write(file);
        unlinkSync(place(`${file}~`));
      },
      () => {
        // JetBrains' safe write: a new file, then two renames.
        write(`${file}___jb_tmp___`);
        renameSync(place(file), place(`${file}___jb_old___`));
        renameSync(place(`${file}___jb_tmp___`), place(file));
        unlinkSync(place(`${file}___jb_old___`));
      },
    ];
    for (const way of [...ways, ...ways]) {
      seen.length = 0;
      way();
      await expectSeen(file);
      expect(new Set(seen)).toEqual(new Set([file]));
    }
  });

  it("follows git: another branch and back, a stash and its return, each more than once", async () => {
    git("checkout", "--quiet", "-b", "other");
    for (const file of files) write(file);
    git("commit", "--quiet", "--all", "--message", "second");
    await expectSeen(...files);
    for (const branch of ["main", "other", "main"]) {
      seen.length = 0;
      git("checkout", "--quiet", branch);
      await expectSeen(...files);
    }
    for (let round = 0; round < 2; round += 1) {
      for (const file of files) write(file);
      await expectSeen(...files);
      for (const how of [[], ["pop"]]) {
        seen.length = 0;
        git("stash", ...how);
        await expectSeen(...files);
      }
      git("checkout", "--quiet", "--", ".");
    }
  });

  it("detects a folder that git removed and restored", async () => {
    git("checkout", "--quiet", "-b", "without");
    git("rm", "--quiet", "-r", "statemachine");
    git("commit", "--quiet", "--message", "without");
    await expectSeen("statemachine/a.asl.json");
    seen.length = 0;
    git("checkout", "--quiet", "main");
    await expectSeen("statemachine/a.asl.json");
    seen.length = 0;
    write("statemachine/a.asl.json");
    await expectSeen("statemachine/a.asl.json");
  });

  it("ignores other files, tests, and editors' copies", async () => {
    for (const file of [
      "README.md",
      "functions/api/handler.test.ts",
      "functions/api/.handler.ts.swp",
      "Pulumi.prod.yaml",
    ]) {
      write(file);
    }
    write("index.ts");
    await expectSeen("index.ts");
    expect(new Set(seen)).toEqual(new Set(["index.ts"]));
  });

  it("calls once for a burst of edits", async () => {
    const calls: number[] = [];
    await watch.close();
    // Long, because a busy machine may see one of the edits much later than another.
    const quietMs = 2_000;
    const record = async (changed: readonly string[]) => void calls.push(changed.length);
    watch = watchProgram(root, "dev", record, quietMs);
    await watch.ready;
    for (const file of files) write(file);
    await vi.waitFor(() => expect(calls.reduce((sum, each) => sum + each, 0)).toBe(files.length), { timeout: 15_000 });
    expect(calls).toHaveLength(1);
  });

  it.each([
    ["ENOSPC", "max_user_watches"],
    ["EMFILE", "max_user_instances"],
  ])("says in one sentence that the system watches no more (%s), and goes on", async (code, remedy) => {
    await watch.close();
    const original = fs.watch;
    fs.watch = () => {
      throw Object.assign(new Error(`${code}: no more`), { code });
    };
    syncBuiltinESMExports();
    try {
      watch = watchProgram(root, "dev", async () => {});
      expect(await watch.failed).toMatch(new RegExp(`^Some edits will not be noticed, because .*${remedy}.*restart`));
      await watch.ready;
    } finally {
      fs.watch = original;
      syncBuiltinESMExports();
    }
  });
});
