import path from "node:path";
import { editFile } from "../support/edited-copy.ts";

const handlerOf = (project: string): string => path.join(project, "functions/classify/handler.ts");

/** Ends the handler of `classify` with a number, which the bundle contains: another number is another image. */
export function plantMark(project: string, digit: number): void {
  const mark = `\nexport const laneMark = ${digit};\n`;
  editFile(handlerOf(project), (text) => `${text.replace(/\nexport const laneMark = \d;\n$/, "")}${mark}`);
}

/** Adds a comment to the Dockerfile: another build context, of which a builder with a cache makes the same image. */
export function plantComment(project: string): void {
  editFile(path.join(project, "image/Dockerfile"), (text) => `${text}# A comment.\n`);
}
