import { cpSync, mkdirSync } from "node:fs";
import path from "node:path";
import { run } from "../support/command.ts";
import { cached } from "../support/tools.ts";

/** The newest engine that was available as a Go module. `module/go.mod` contains the same version. */
export const engineVersion = "3.250.0";

/**
 * The folder whose `bin` contains the real `pulumi` command. It is built from its Go modules unless it is in the cache.
 */
export async function engineFolder(): Promise<string> {
  return cached(`pulumi-${engineVersion}`, async (location) => {
    console.log(`building the Pulumi engine ${engineVersion} (some minutes, then cached)`);
    const source = path.join(location, "source");
    mkdirSync(path.join(location, "bin"), { recursive: true });
    cpSync(path.join(import.meta.dirname, "module"), source, { recursive: true });
    await run(
      "nice",
      [
        ...["-n", "10", "go", "build", "-buildvcs=false", "-o", path.join(location, "bin/pulumi")],
        ...["-ldflags", `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${engineVersion}`],
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      ],
      { cwd: source, withinMs: 2_400_000 },
    );
  });
}
