import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { keptReleases } from "../../contract/release.ts";
import { listOf, registrations, settled, the } from "../test-support/registrations.ts";
import { Images, type ImagesArgs } from "./image.ts";

const context = <T extends "light" | "classify">(target: T) => ({
  target,
  hash: `${target}0123`,
  folder: `.build/image/${target}/0123`,
});
const args: ImagesArgs = {
  source: {
    contexts: { light: context("light"), classify: context("classify") },
    base: { name: "registry/base:22", digest: `sha256:${"0".repeat(64)}` },
  },
  architecture: "x86_64",
  functionArns: "arn:aws:lambda:eu-central-1:123456789012:function:*",
};
const made = (more: Partial<ImagesArgs> = {}, preview = false) =>
  registrations(() => new Images("images", { ...args, ...more }), { preview });

describe("the images", () => {
  it.each([false, true])(
    "are a repository that Lambda may pull from and one image a target (preview: %s)",
    async (preview) => {
      expect(listOf(await made({}, preview))).toEqual([
        "Image images-classify",
        "Image images-light",
        "Images images",
        "Repository images-repository",
        "RepositoryPolicy images-pull",
      ]);
    },
  );

  it("are not built where others are named, and the repository stays for what uses it", async () => {
    const named = { light: "registry/light@sha256:1", classify: "registry/classify@sha256:2" };
    const uris: unknown[] = [];
    const resources = await registrations(() => {
      uris.push(new Images("images", { ...args, source: { uris: named } }).uris);
    });
    expect(uris).toEqual([named]);
    expect(listOf(resources)).toEqual([
      "Images images",
      "Repository images-repository",
      "RepositoryPolicy images-pull",
    ]);
  });

  it("outlive the resource that built them, which a new tag replaces", async () => {
    const built = (await made()).filter(({ type }) => type === "awsx:ecr:Image");
    expect(built.map(({ options }) => options.retainOnDelete)).toEqual([true, true]);
  });

  it("leave the model out of the image where it comes from the bucket, under another tag", async () => {
    const [image, bucket] = [await made(), await made({ modelSource: "bucket" })].map(
      (resources) => resources.find(({ name }) => name === "images-classify")?.inputs ?? {},
    );
    expect(image).toMatchObject({ target: "classify", imageTag: "classify-classify0123" });
    expect(bucket).toMatchObject({ target: "classify-bucket", imageTag: "bucket-classify-classify0123" });
  });

  it("are built for Lambda's processor from their context, tagged by its content", async () => {
    const image = (await made()).find(({ name }) => name === "images-classify");
    expect(image?.inputs).toMatchObject({
      context: ".build/image/classify/0123",
      dockerfile: ".build/image/classify/0123/Dockerfile",
      target: "classify",
      platform: "linux/amd64",
      imageTag: "classify-classify0123",
      args: { BASE_NAME: "registry/base:22", BASE_DIGEST: `sha256:${"0".repeat(64)}` },
    });
  });

  it("are built for the other processor under tags that are theirs alone", async () => {
    const image = (await made({ architecture: "arm64" })).find(({ name }) => name === "images-classify");
    expect(image?.inputs).toMatchObject({ platform: "linux/arm64", imageTag: "classify-classify0123-arm64" });
  });

  it("are named by digest", async () => {
    const uris: string[] = [];
    await registrations(async () => {
      const images = new Images("images", args);
      uris.push(await settled(pulumi.output(images.uris.light)), await settled(pulumi.output(images.uris.classify)));
    });
    for (const uri of uris) expect(uri).toMatch(/@sha256:[0-9a-f]{64}$/);
    expect(new Set(uris).size).toBe(2);
  });

  it("expire only after newer ones of the same target, so that an image in use stays", async () => {
    const { lifecyclePolicy } = the(await made(), "Repository").inputs as {
      lifecyclePolicy: { rules: { tagStatus: string; tagPrefixList: string[]; maximumNumberOfImages: number }[] };
    };
    const prefixes = lifecyclePolicy.rules.flatMap(({ tagPrefixList }) => tagPrefixList);
    expect(prefixes).toEqual(["light-", "classify-", "bucket-classify-"]);
    // If two rules counted the same image, images of the other stage could make it expire.
    for (const prefix of prefixes) expect(prefixes.filter((other) => other.startsWith(prefix))).toEqual([prefix]);
    // In the worst case each kept release has its own image, and an update failed before each of them and pushed one too.
    const pushes = Array.from({ length: keptReleases }, (_, release) => [
      `failed ${release}`,
      `released ${release}`,
    ]).flat();
    for (const { tagStatus, maximumNumberOfImages } of lifecyclePolicy.rules) {
      expect(tagStatus).toBe("tagged");
      expect(pushes.slice(-maximumNumberOfImages)).toContain("released 0");
    }
  });

  it("are scanned when pushed, and kept unless protection is taken away", async () => {
    const { inputs } = the(await made(), "Repository");
    expect(inputs).toMatchObject({ imageScanningConfiguration: { scanOnPush: true }, forceDelete: false });
    expect(the(await made({ removalProtection: false }), "Repository").inputs["forceDelete"]).toBe(true);
  });
});
