import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { isDeadWeight, prunePackages } from "./prune-packages.ts";

it.each([
  "sharp/lib/index.d.ts",
  "long/README.md",
  "@tensorflow/tfjs-core/dist/tf-core.node.js.map",
  "@tensorflow/tfjs-core/dist/ops/add.js",
  "@tensorflow/tfjs-core/dist/tf-core.min.js",
  "@litertjs/core/wasm/litert_wasm_threaded_internal.wasm",
  "@litertjs/core/wasm/litert_wasm_compat_internal.js",
])("%s goes: no function loads it", (file) => expect(isDeadWeight(file)).toBe(true));

it.each([
  "sharp/lib/index.js",
  "sharp/LICENSE",
  "long/license.md",
  "@img/sharp-libvips-linux-x64/lib/libvips-cpp.so.8",
  "@tensorflow/tfjs-core/package.json",
  "@tensorflow/tfjs-core/dist/tf-core.node.js",
  "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm",
  "@litertjs/core/dist/index.js",
  "@litertjs/core/wasm/litert_wasm_internal.js",
  "@litertjs/core/wasm/litert_wasm_internal.wasm",
])("%s stays", (file) => expect(isDeadWeight(file)).toBe(false));

it("leaves no empty folder", () => {
  const root = mkdtempSync(path.join(os.tmpdir(), "prune-"));
  try {
    for (const file of ["a/types/index.d.ts", "a/index.js"]) {
      mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(root, file), "");
    }
    expect(prunePackages(root)).toBe(1);
    expect(existsSync(path.join(root, "a/types"))).toBe(false);
    expect(existsSync(path.join(root, "a/index.js"))).toBe(true);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
