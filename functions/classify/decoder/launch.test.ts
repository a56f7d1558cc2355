import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { decoderModule } from "../test-support/decoder-module.ts";
import { DecoderPool } from "./pool.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

it("starts if node_modules is a symbolic link, as in a copy of a checkout", async () => {
  const program = await decoderModule();
  closers.push(() => program.remove());
  const folder = mkdtempSync(path.join(os.tmpdir(), "linked-"));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const packages = realpathSync(path.resolve(import.meta.dirname, "../../../node_modules"));
  symlinkSync(packages, path.join(folder, "node_modules"), "junction");
  const module = path.join(folder, "classify/decoder.mjs");
  mkdirSync(path.dirname(module));
  copyFileSync(program.file, module);
  const pool = new DecoderPool({ module, size: 1 });
  closers.push(() => pool.close());
  await expect(pool.ready).resolves.toBeUndefined();
});
