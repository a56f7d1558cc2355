import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { functionDefinitions } from "../../../contract/functions.ts";
import { run } from "../support/command.ts";
import type { Verdict } from "../support/verdict.ts";
import type { BuiltTarget } from "./build.ts";
import type { Buildah } from "./buildah.ts";

/** Unpacked megabytes above the base that an image may have; of `classify` about 635 are TensorFlow's stripped libraries. */
const mostMegabytes = { light: 30, classify: 700 } as const;

/** What is in an image and how it is described: what Lambda and ECR read. */
export async function judgeImage(verdict: Verdict, buildah: Buildah, { target, context }: BuiltTarget): Promise<void> {
  const base = await buildah.inspect("runtime-base");
  const image = await buildah.inspect(target);
  const { manifest, configuration } = image;
  const { Cmd, Entrypoint, WorkingDir, Env, User } = configuration.config;

  const own = manifest.layers.slice(base.manifest.layers.length);
  const shared = manifest.layers
    .slice(0, base.manifest.layers.length)
    .every((layer, place) => layer.digest === base.manifest.layers[place]?.digest);
  const total = own.reduce((bytes, { size }) => bytes + size, 0);
  for (const [place, { size, digest }] of own.entries()) {
    console.log(`       ${target} layer ${place + 1}: ${(size / 1e6).toFixed(1)} MB unpacked, ${digest.slice(0, 19)}`);
  }
  verdict.claim(
    `${target} stands on its base's layers and adds its own`,
    shared && own.length > 0,
    `${own.length} layers`,
  );
  const megabytes = total / 1e6;
  verdict.claim(
    `${target} is at most ${mostMegabytes[target]} MB above its base`,
    megabytes <= mostMegabytes[target],
    `${megabytes.toFixed(1)} MB`,
  );
  const single = /manifest\.v2|image\.manifest/.test(
    manifest.mediaType ?? "application/vnd.oci.image.manifest.v1+json",
  );
  verdict.claim(
    `${target} is one manifest, not an index, for linux/amd64`,
    single && configuration.os === "linux" && configuration.architecture === "amd64",
  );
  const handlers = Object.values(functionDefinitions)
    .filter((each) => each.target === target)
    .map(({ handler }): string => handler);
  const started =
    Entrypoint.join() === "/lambda-entrypoint.sh" && WorkingDir === "/var/task" && handlers.includes(Cmd[0] ?? "");
  verdict.claim(
    `${target} is started as AWS's base starts a function`,
    started,
    `${Entrypoint} ${Cmd} in ${WorkingDir}`,
  );
  verdict.claim(`${target} names no user: Lambda runs it as its own`, User === "");
  const secret = Env.filter((entry) => /TOKEN|SECRET|PASSWORD|_authToken|REGISTRY/i.test(entry));
  verdict.claim(
    `${target} carries no credential or registry in its environment`,
    secret.length === 0,
    secret.join(", "),
  );

  await verdict.check(`${target} holds what was staged, readable by everybody`, () =>
    holdsContext(buildah, target, context),
  );
}

/** The image that fetches its model has all of the other but the model. */
export async function judgeWithoutModel(verdict: Verdict, buildah: Buildah): Promise<void> {
  await verdict.check("classify-bucket is classify without the model", async () => {
    const [whole, without] = [await taskRoot(buildah, "classify"), await taskRoot(buildah, "classify-bucket")];
    const expected = whole.filter((file) => file !== "model" && !file.startsWith("model/"));
    if (whole.length === expected.length) throw new Error("classify carries no model");
    if (expected.join("\n") !== without.join("\n")) throw new Error("the other files are not the same");
    const sizes = await Promise.all(
      ["classify", "classify-bucket"].map(async (name) =>
        (await buildah.inspect(name)).manifest.layers.reduce((bytes, { size }) => bytes + size, 0),
      ),
    );
    return `${(((sizes[0] ?? 0) - (sizes[1] ?? 0)) / 1e6).toFixed(1)} MB less`;
  });
}

async function taskRoot(buildah: Buildah, image: string): Promise<readonly string[]> {
  const container = (await buildah.run("from", image)).trim();
  try {
    const mounted = (await buildah.run("mount", container)).trim();
    return readdirSync(path.join(mounted, "var/task"), { recursive: true, encoding: "utf8" }).sort();
  } finally {
    await buildah.run("umount", container);
    await buildah.run("rm", container);
  }
}

/** Compares the task root with the staged context: every file is there, byte for byte, and an unprivileged user can read it. */
async function holdsContext(buildah: Buildah, image: string, context: string): Promise<string> {
  const container = (await buildah.run("from", image)).trim();
  try {
    const mounted = (await buildah.run("mount", container)).trim();
    const task = path.join(mounted, "var/task");
    const files = readdirSync(context, { recursive: true, encoding: "utf8" }).filter((file) =>
      statSync(path.join(context, file)).isFile(),
    );
    const kept = files.filter((file) => /^(?!Dockerfile|\.dockerignore|package(-lock)?\.json|build\/)/.test(file));
    for (const file of kept) await run("cmp", [path.join(context, file), path.join(task, file)]);
    const unreadable = (await run("find", [task, "-not", "-perm", "-o=r", "-not", "-type", "l"])).trim();
    if (unreadable !== "")
      throw new Error(`not readable by everybody: ${unreadable.split("\n").slice(0, 5).join(", ")}`);
    return `${kept.length} files`;
  } finally {
    await buildah.run("umount", container);
    await buildah.run("rm", container);
  }
}
