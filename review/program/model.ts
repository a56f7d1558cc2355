import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { Golden } from "../../contract/golden.ts";
import { contentOf, filesOf } from "./files.ts";
import type { ModelContents } from "./program.ts";

const Labels = z.array(z.string());

/** The contents of a model folder; undefined if there is no model. */
export async function modelOf(folder: string): Promise<ModelContents | undefined> {
  const names = await filesOf(folder).catch((): readonly string[] => []);
  const labels = Labels.safeParse(await json(path.join(folder, "labels.json")));
  const golden = Golden.safeParse(await json(path.join(folder, "golden.json")));
  if (!labels.success && !golden.success) return undefined;
  const hash = createHash("sha256");
  for (const name of names) hash.update(`${name}\0${(await contentOf(path.join(folder, name))).sha256}\n`);
  return {
    labels: labels.data ?? [],
    golden: golden.data ? [golden.data.top, ...golden.data.others] : [],
    precisions: ["float32", ...(names.includes("int8/saved_model.pb") ? ["int8"] : [])],
    version: hash.digest("hex"),
  };
}

async function json(file: string): Promise<unknown> {
  return readFile(file, "utf8").then(
    (text) => JSON.parse(text) as unknown,
    () => undefined,
  );
}
