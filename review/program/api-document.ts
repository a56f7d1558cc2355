import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

/** Where a checkout has the description of its API. */
const description = "functions/api/openapi.ts";

/** Prints the document; the address and the authentication are the same for both sides, since a stack's own are compared elsewhere. */
const script = `
const { openApi } = await import(process.argv[1]);
process.stdout.write(JSON.stringify(openApi("https://api.example", "none")));
`;

/** The OpenAPI document of a checkout, made by its code in another process; undefined where it cannot be made. */
export async function apiDocument(root: string): Promise<unknown> {
  const file = path.join(root, description);
  if (!existsSync(file)) return undefined;
  try {
    const loader = ["--import", import.meta.resolve("tsx/esm")];
    const parameters = [...loader, "--input-type=module", "--eval", script, file];
    const { stdout } = await promisify(execFile)(process.execPath, parameters, {
      cwd: root,
      maxBuffer: 1 << 26,
      timeout: 60_000,
    });
    return JSON.parse(stdout) as unknown;
  } catch {
    return undefined;
  }
}
