import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { separateContexts } from "./separate-contexts.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "contexts-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("contexts of earlier versions of the project", () => {
  it("lose their links into the model cache: what a sandbox writes there reaches nobody", async () => {
    const cached = path.join(root, "cache", "weights.bin");
    mkdirSync(path.dirname(cached));
    writeFileSync(cached, "weights");
    const places = ["one/model/weights.bin", "two/model/int8/weights.bin"].map((location) =>
      path.join(root, "classify", location),
    );
    for (const location of places) {
      mkdirSync(path.dirname(location), { recursive: true });
      linkSync(cached, location);
    }
    const own = path.join(root, "classify", "one", "handler.mjs");
    writeFileSync(own, "handler");
    const before = statSync(own).ino;

    await separateContexts(path.join(root, "classify"));
    expect(statSync(cached).nlink).toBe(1);
    for (const location of places) {
      expect(readFileSync(location, "utf8")).toBe("weights");
      writeFileSync(location, "changed");
      expect(readdirSync(path.dirname(location))).toEqual(["weights.bin"]);
    }
    expect(readFileSync(cached, "utf8")).toBe("weights");
    expect(statSync(own).ino).toBe(before);
  });

  it("need not exist", async () => {
    await expect(separateContexts(path.join(root, "none"))).resolves.toBeUndefined();
  });
});
