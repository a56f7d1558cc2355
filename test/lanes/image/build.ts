import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type ImageTarget, stageContexts } from "../../../infra/image-context.ts";
import { run } from "../support/command.ts";
import type { Verdict } from "../support/verdict.ts";
import type { Buildah } from "./buildah.ts";

const root = path.resolve(import.meta.dirname, "../../..");

export interface BuiltTarget {
  readonly target: ImageTarget;
  /** The staged context, absolute. */
  readonly context: string;
}

/** Stages the contexts as the program does and builds each target; the user's registry settings apply inside the build. */
export async function buildTargets(verdict: Verdict, buildah: Buildah): Promise<readonly BuiltTarget[]> {
  await run(process.execPath, ["--import", "tsx", "model/build.ts"], { cwd: root });
  const built: BuiltTarget[] = [];
  const settings = [path.join(os.homedir(), ".npmrc"), "/etc/pip.conf"].filter((file) => existsSync(file));
  const volumes = settings.flatMap((file) => ["--volume", `${file}:${file.replace(os.homedir(), "/root")}:ro`]);
  for (const { target, folder } of Object.values(await stageContexts({ root }))) {
    const context = path.join(root, folder);
    await verdict.check(`the target "${target}" builds from its staged context`, async () => {
      const started = Date.now();
      await buildStage(buildah, target, context, volumes);
      built.push({ target, context });
      return `${((Date.now() - started) / 1000).toFixed(0)} s`;
    });
    if (target === "classify")
      await verdict.check("the stage for a model in the bucket builds too", async () => {
        const started = Date.now();
        await buildStage(buildah, "classify-bucket", context, volumes);
        return `${((Date.now() - started) / 1000).toFixed(0)} s, of which the self-check and all other layers were there`;
      });
  }
  return built;
}

async function buildStage(buildah: Buildah, stage: string, context: string, volumes: readonly string[]): Promise<void> {
  await buildah.run(
    ...["build", "--quiet", "--layers", "--target", stage, "--tag", stage],
    ...["--file", path.join(context, "Dockerfile")],
    ...["--build-arg", "RUNTIME_BASE=localhost/runtime-base", "--build-arg", "BUILD_BASE=localhost/build-base"],
    ...volumes,
    context,
  );
}
