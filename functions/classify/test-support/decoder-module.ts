import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { bundleModules } from "../../../image/bundle.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const source = "functions/classify/decode/main";

/** The production decoder: bundled, and inside the checkout so that it finds the packages that are not bundled. */
export async function decoderModule(): Promise<{ readonly file: string; remove(): void }> {
  mkdirSync(path.join(root, ".build"), { recursive: true });
  const folder = mkdtempSync(path.join(root, ".build/decoder-"));
  const [bundle] = await bundleModules(root, [source]);
  if (!bundle) throw new Error(`"${source}" has no bundle`);
  const file = path.join(folder, "decoder.mjs");
  writeFileSync(file, bundle.contents);
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
