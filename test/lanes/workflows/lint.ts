import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { attempt } from "../support/command.ts";
import { pythonCommands } from "../support/tools.ts";

/** cfn-lint includes AWS's own schemas of resources and policies. */
export const cfnLint = ["cfn-lint", ["cfn-lint==1.58.0"]] as const;

/** @throws the messages of cfn-lint at or above this level; it reports an unknown action as a warning */
export async function lint(document: object, least: "warning" | "error" = "warning"): Promise<void> {
  const commands = await pythonCommands(...cfnLint);
  const scratch = mkdtempSync(path.join(os.tmpdir(), "dlw-cfn-"));
  try {
    const file = path.join(scratch, "template.json");
    writeFileSync(file, JSON.stringify(document, undefined, 1));
    const { code, output } = await attempt(path.join(commands, "cfn-lint"), [
      "--non-zero-exit-code",
      least,
      "--regions",
      "us-east-1",
      "--",
      file,
    ]);
    if (code !== 0) throw new Error(output.trim());
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
