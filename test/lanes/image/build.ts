import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { baseImageArguments } from "../../../image/base-image.ts";
import { type ImageTarget, stageContexts } from "../../../image/context.ts";
import { run } from "../support/command.ts";
import type { Buildah } from "./buildah.ts";

const root = path.resolve(import.meta.dirname, "../../..");

/** The context of each target as an absolute path, staged in the same way as by the program. */
export async function stagedContexts(): Promise<Readonly<Record<ImageTarget, string>>> {
  await run(process.execPath, ["--import", "tsx", "model/build.ts"], { cwd: root });
  const { light, classify } = await stageContexts({ root });
  return { light: path.join(root, light.folder), classify: path.join(root, classify.folder) };
}

/** What the labels of the built images say about their base. */
export const recordedBase = { name: "localhost/runtime-base:latest", digest: `sha256:${"0".repeat(64)}` };

/** Builds one stage of the Dockerfile. The user's registry settings apply inside the build. */
export async function buildStage(buildah: Buildah, stage: string, context: string): Promise<void> {
  const settings = [path.join(os.homedir(), ".npmrc"), "/etc/pip.conf"].filter((file) => existsSync(file));
  await buildah.run(
    ...["build", "--quiet", "--layers", "--target", stage, "--tag", stage],
    ...["--file", path.join(context, "Dockerfile")],
    ...["--build-arg", "RUNTIME_BASE=localhost/runtime-base", "--build-arg", "BUILD_BASE=localhost/build-base"],
    ...Object.entries(baseImageArguments(recordedBase)).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
    ...settings.flatMap((file) => ["--volume", `${file}:${file.replace(os.homedir(), "/root")}:ro`]),
    context,
  );
}
