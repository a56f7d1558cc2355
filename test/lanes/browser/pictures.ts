import { mkdirSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../..");

/** The named pictures of the lane, and what each one shows. */
export const pictures = {
  start: "the page without an execution",
  console: "an execution that runs: a classified image, one in progress, two with error codes (the README's picture)",
  live: "ten thousand images, while they are classified",
  large: "the same execution at its end, failed images only",
  image: "a failed image in the inspector, with its error and the way to its child execution",
  child: "a child execution of a Map Run, with the way to its parent",
  stopped: "ten thousand images that were stopped: what was finished, and what has no result",
  failed: "a failed execution, with its exception and why it failed",
  events: "the list of events, by keyboard",
  action: "the dialog of an action, with the equivalent commands",
  dark: "an execution in the dark colour scheme",
  phone: "an execution on a phone, 390 pixels wide",
} as const;

export type PictureName = keyof typeof pictures;

/** Folder of the pictures: PICTURES, or a folder that is not committed. */
export const pictureFolder = path.resolve(root, process.env["PICTURES"] ?? ".build/browser");

/** Files to which a picture is saved. README_PICTURES=1 makes the README's picture anew, too. */
export function filesOf(name: string, folder: string): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const own = path.join(folder, `${name}.png`);
  const isReadme = name === ("console" satisfies PictureName) && process.env["README_PICTURES"] === "1";
  return isReadme ? [own, path.join(root, "docs/console.png")] : [own];
}
