import { expect, it } from "vitest";
import { Images } from "../model/images/images.ts";
import { Announcer } from "./announcer.ts";

const imageOf = (index: number) => {
  return { index, image: "a", width: 1, height: 1, predictions: [{ label: "cat", probability: 1 }] };
};

function running(arn = "one") {
  const images = new Images();
  images.takePlan([0, 1, 2].map((index) => ({ index, image: "a", duplicates: [] })));
  const row = { arn, name: arn, status: "RUNNING", startedAt: 0, stoppedAt: undefined, itemCount: undefined };
  const rest = { input: undefined, output: undefined, error: undefined, cause: undefined, mapRunArn: undefined };
  const description = { ...row, ...rest, redrivable: false, redriveReason: undefined };
  return { arn, images, doneByMapRuns: 0, description, ended: false };
}

it("announces progress at most every ten seconds, and not what has just been opened", () => {
  const announcer = new Announcer();
  const followed = running();
  announcer.progress(followed, 0);
  expect(announcer.text).toBe("");
  followed.images.settle([imageOf(0)]);
  announcer.progress(followed, 9_000);
  expect(announcer.text).toBe("");
  announcer.progress(followed, 10_000);
  expect(announcer.text).toBe("1 of 3 images classified · 2 waiting.");
  followed.images.settle([imageOf(1)]);
  announcer.progress(followed, 15_000);
  expect(announcer.text).toBe("1 of 3 images classified · 2 waiting.");
  announcer.progress(running("two"), 30_000);
  expect(announcer.text).toBe("1 of 3 images classified · 2 waiting.");
});

it("announces how an execution ended", () => {
  const announcer = new Announcer();
  const followed = running();
  announcer.end({ ...followed, description: { ...followed.description, status: "TIMED_OUT" }, ended: true });
  expect(announcer.text).toBe("Execution timed out. 0 of 3 images classified · 3 waiting.");
});

it("is empty again for another execution, so that the same words are a change", () => {
  const announcer = new Announcer();
  announcer.end({ ...running(), ended: true });
  announcer.clear();
  expect(announcer.text).toBe("");
});
