import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { functionDefinitions } from "../../../contract/functions.ts";
import type { ImageTarget } from "../../../image/context.ts";
import { run } from "../support/command.ts";
import { opened } from "../support/opened.ts";
import { recordedBase } from "./build.ts";
import type { Buildah, BuiltImage } from "./buildah.ts";

/**
 * Maximum megabytes that the integer form of the network may add to the classify image. The processor selects the form
 * at the start.
 */
const integerMegabytes = 30;

/**
 * Maximum unpacked megabytes that an image may add to its base. About 635 MB of `classify` are TensorFlow's stripped
 * libraries.
 */
const mostMegabytes = { light: 30, classify: 700 + integerMegabytes } as const;

/** Tests the contents of an image and the description that Lambda and ECR read. */
export function testImage(buildah: () => Buildah, target: ImageTarget, context: () => string): void {
  const inspected = opened(async () => ({
    base: await buildah().inspect("runtime-base"),
    image: await buildah().inspect(target),
  }));
  /** The layers that the image adds to those of its base. */
  const added = () => {
    const { base, image } = inspected();
    return image.manifest.layers.slice(base.manifest.layers.length);
  };

  test("consists of its base's layers and adds its own", async ({ annotate }) => {
    for (const [index, { size, digest }] of added().entries()) {
      await annotate(`layer ${index + 1}: ${(size / 1e6).toFixed(1)} MB unpacked, ${digest.slice(0, 19)}`);
    }
    const { base, image } = inspected();
    const digests = (of: BuiltImage) => of.manifest.layers.map(({ digest }) => digest);
    expect(digests(image).slice(0, digests(base).length)).toEqual(digests(base));
    expect(added()).not.toEqual([]);
  });

  test(`is at most ${mostMegabytes[target]} MB above its base`, async ({ annotate }) => {
    const megabytes = added().reduce((bytes, { size }) => bytes + size, 0) / 1e6;
    await annotate(`${megabytes.toFixed(1)} MB`);
    expect(megabytes).toBeLessThanOrEqual(mostMegabytes[target]);
  });

  test("is one manifest, not an index, for linux/amd64", () => {
    const { manifest, configuration } = inspected().image;
    expect(manifest.mediaType ?? "application/vnd.oci.image.manifest.v1+json").toMatch(/manifest\.v2|image\.manifest/);
    expect(configuration).toMatchObject({ os: "linux", architecture: "amd64" });
  });

  test("is started as AWS's base starts a function", async ({ annotate }) => {
    const { Entrypoint, WorkingDir, Cmd } = inspected().image.configuration.config;
    await annotate(`${Entrypoint} ${Cmd} in ${WorkingDir}`);
    expect({ Entrypoint, WorkingDir }).toEqual({ Entrypoint: ["/lambda-entrypoint.sh"], WorkingDir: "/var/task" });
    const ofTarget = Object.values(functionDefinitions).filter((each) => each.target === target);
    expect(ofTarget.map(({ handler }): string => handler)).toContain(Cmd[0]);
  });

  test("says in its labels on which base it was built", () => {
    expect(inspected().image.configuration.config.Labels).toMatchObject({
      "org.opencontainers.image.base.name": recordedBase.name,
      "org.opencontainers.image.base.digest": recordedBase.digest,
    });
  });

  test("names no user: Lambda runs it as its own", () => {
    expect(inspected().image.configuration.config.User).toBe("");
  });

  test("carries no credential or registry in its environment", () => {
    const secret = /TOKEN|SECRET|PASSWORD|_authToken|REGISTRY/i;
    expect(inspected().image.configuration.config.Env.filter((entry) => secret.test(entry))).toEqual([]);
  });

  test("holds what was staged, readable by everybody", async ({ annotate }) => {
    await annotate(await holdsContext(buildah(), target, context()));
  });
}

/** All paths in the task root of an image, sorted. */
export async function taskRoot(buildah: Buildah, image: string): Promise<readonly string[]> {
  const container = (await buildah.run("from", image)).trim();
  try {
    const mounted = (await buildah.run("mount", container)).trim();
    return readdirSync(path.join(mounted, "var/task"), { recursive: true, encoding: "utf8" }).sort();
  } finally {
    await buildah.run("umount", container);
    await buildah.run("rm", container);
  }
}

/**
 * Compares the task root with the staged context: every file exists with the same bytes, and an unprivileged user can
 * read it.
 */
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
