import { describe, expect } from "vitest";
import { quick } from "../support/quick.ts";
import { keptImages, versionsWithoutImage } from "./account/images.ts";
import { nothing, typesOf } from "./expectations.ts";
import { leftovers } from "./leftovers.ts";
import { plantComment, plantMark } from "./planted.ts";
import { openedSession, openedStage, type Stage, story } from "./story.ts";

/**
 * Images over several deploys. The registry is a real one as far as this matters: what is deleted is gone, and a
 * function cannot be made of an image that is not there.
 */
const session = openedSession();

// How images are built and kept does not depend on the stack's settings, so one stack is enough in the quick form.
describe.each(quick ? ["dev"] : ["dev", "prod"])("the images of %s", (stack) => {
  const stage = openedStage(session, { stack, prepare: (project) => plantMark(project, 1) });
  let first: ImageUris;
  let second: ImageUris;

  story("a new image of classify leaves the former one for the versions that use it", stage, async (on) => {
    await on.driver.perform("up");
    first = await urisOf(on);
    plantMark(on.project, 2);
    await on.driver.perform("up");
    second = await urisOf(on);
    expect(second.light).toBe(first.light);
    expect(second.classify).not.toBe(first.classify);
    await isWhole(on, [first, second]);
  });

  story(
    "going back to the former image by digest deletes nothing, and a second update changes nothing",
    stage,
    async (on) => {
      await on.driver.configure("imageUri", JSON.stringify(first));
      const back = await on.driver.perform("up");
      expect(typesOf(back, "delete")).toEqual([]);
      expect(typesOf(back, "update")).not.toContain("aws:ecr/repository:Repository");
      expect(await urisOf(on)).toEqual(first);
      await isWhole(on, [first, second]);
      nothing(await on.driver.perform("up"));
    },
  );

  story("going forward again builds the same image, which is still there", stage, async (on) => {
    await on.driver.configure("imageUri", undefined);
    const forward = await on.driver.perform("up");
    expect(typesOf(forward, "delete")).toEqual([]);
    expect(await urisOf(on)).toEqual(second);
    await isWhole(on, [first, second]);
  });

  story("two tags of one image: the former tag is given up, and the image stays", stage, async (on) => {
    const before = (await keptImages(on.session.account.url)).length;
    plantComment(on.project);
    const { steps } = await on.driver.perform("up");
    expect(steps.map(({ op, type }) => `${op} ${type}`).sort()).toEqual([
      ...Array<string>(2).fill("create docker-build:index:Image"),
      ...Array<string>(2).fill("retain docker-build:index:Image"),
    ]);
    expect(await urisOf(on)).toEqual(second);
    expect((await keptImages(on.session.account.url)).length).toBe(before + 2);
    await isWhole(on, [first, second]);
  });

  // What a refresh does with a token does not depend on the stack's settings.
  if (stack === "dev") {
    story(
      "a refresh with an expired token forgets the builds, and the next update changes nothing else",
      stage,
      async (on) => {
        on.session.expireTokens();
        await on.driver.perform("refresh");
        const again = await on.driver.perform("up");
        expect(again.steps.map(({ op, type }) => `${op} ${type}`)).toEqual(
          Array<string>(2).fill("create docker-build:index:Image"),
        );
        expect(await urisOf(on)).toEqual(second);
        await isWhole(on, [first, second]);
      },
    );

    story("after an update, which renews the token, a refresh forgets nothing", stage, async (on) => {
      on.session.expireTokens();
      nothing(await on.driver.perform("up"));
      await on.driver.perform("refresh");
      nothing(await on.driver.perform("preview"));
    });
  }

  story("nothing is left once the stack may be deleted", stage, async (on) => {
    await on.driver.configure("removalProtection", "false");
    await on.driver.perform("up");
    await on.driver.perform("destroy");
    expect(await leftovers(on.session.moto.url)).toEqual([]);
    await on.driver.remove();
  });
});

interface ImageUris {
  readonly light: string;
  readonly classify: string;
}

async function urisOf({ driver }: Stage): Promise<ImageUris> {
  return (await driver.outputs())["imageUri"] as ImageUris;
}

/** The images are in the registry, and so is that of every version of every function. */
async function isWhole({ session: { account } }: Stage, images: readonly ImageUris[]): Promise<void> {
  const digests = (await keptImages(account.url)).map(({ digest }) => digest);
  const named = images.flatMap(({ light, classify }) => [light, classify].map((uri) => uri.split("@")[1]));
  expect(digests).toEqual(expect.arrayContaining(named));
  expect(await versionsWithoutImage(account.url)).toEqual([]);
}
