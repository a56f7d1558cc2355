import { describe, expect, it } from "vitest";
import { memorySources } from "../test-support/memory-sources.ts";
import { Prefix } from "./prefix.ts";

async function imagesOf(prefix: Prefix): Promise<readonly string[]> {
  const images: string[] = [];
  for await (const { image } of prefix.entries()) images.push(image);
  return images;
}

describe("Prefix", () => {
  it("yields the images below it in the order of their keys over all pages, and counts what is no image by name", async () => {
    const keys = [
      "c.jpg",
      "a.PNG",
      "notes.txt",
      "sub/b.heic",
      "folder/",
      "jpg",
      ".jpg",
      "d.jpeg",
      "e.webp",
      "sub/x.tar.gz",
    ];
    const objects = Object.fromEntries(keys.map((key) => [`photos/in/${key}`, "x"]));
    const prefix = new Prefix({ bucket: "photos", key: "in/" }, memorySources({ ...objects, "photos/out/z.jpg": "x" }));
    expect(await imagesOf(prefix)).toEqual(
      ["a.PNG", "c.jpg", "d.jpeg", "e.webp", "sub/b.heic"].map((key) => `s3://photos/in/${key}`),
    );
    expect(prefix.skipped).toBe(5);
  });

  it.each([
    ["nothing", {}, "There is no object"],
    ["nothing but other files", { "photos/in/a.txt": "x" }, "1 were skipped"],
  ])("fails with PrefixEmpty if there is %s", async (_what, objects, words) => {
    const prefix = new Prefix({ bucket: "photos", key: "in/" }, memorySources(objects));
    await expect(imagesOf(prefix)).rejects.toMatchObject({
      name: "PrefixEmpty",
      message: expect.stringContaining(words),
    });
  });

  it.each([
    [403, "PrefixUnreadable"],
    [404, "PrefixUnreadable"],
    [503, "SlowDown"],
  ])("fails by name if S3 responds with %i", async (httpStatusCode, name) => {
    async function* keys(): AsyncGenerator<readonly string[]> {
      yield ["in/a.jpg"];
      throw Object.assign(new Error("no"), { name: "SlowDown", $metadata: { httpStatusCode } });
    }
    await expect(imagesOf(new Prefix({ bucket: "photos", key: "in/" }, { keys }))).rejects.toMatchObject({ name });
  });
});
