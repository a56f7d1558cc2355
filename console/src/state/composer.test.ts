import { expect, it } from "vitest";
import { ProblemError } from "../service/problem.ts";
import { Composer } from "./composer.ts";
import { Drafts } from "./drafts.ts";

function form(refusal?: Error) {
  const sent: (readonly string[])[] = [];
  const started: string[] = [];
  const composer = new Composer({
    api: {
      async classify(images) {
        if (refusal) throw refusal;
        sent.push(images);
        return { executionId: "e", status: "RUNNING", statusUrl: "http://localhost/executions/e" };
      },
      upload: async () => "s3://b/uploads/1.jpg",
    },
    thumbnails: { keep() {} },
    drafts: new Drafts({ getItem: () => null, setItem() {}, removeItem() {} }),
    changed() {},
    started: (id) => started.push(id),
  });
  return { composer, sent, started };
}

it("starts an execution with the typed references, and empties the field", async () => {
  const { composer, sent, started } = form();
  await composer.sendText("https://a.example/1.jpg\nhttps://a.example/2.jpg");
  expect([sent, started, composer.text]).toEqual([[["https://a.example/1.jpg", "https://a.example/2.jpg"]], ["e"], ""]);
});

it("keeps what was typed while other images were sent", async () => {
  const { composer } = form();
  const sending = composer.sendText("https://a.example/1.jpg");
  composer.text = "https://a.example/2.jpg";
  await sending;
  expect(composer.text).toBe("https://a.example/2.jpg");
});

it("says that images were not sent because others were being sent", async () => {
  const { composer, sent } = form();
  const sending = composer.sendText("https://a.example/1.jpg");
  expect(await composer.send({ files: [], references: ["https://a.example/2.jpg"] })).toBe(false);
  await sending;
  expect(sent).toHaveLength(1);
  expect(composer.problems).toMatchObject([{ code: "AlreadySending" }]);
});

it("keeps what was typed if nothing is sent, and says why", async () => {
  const { composer, sent } = form(new ProblemError("TooManyRequests", "Slow down."));
  await composer.sendText("https://a.example/1.jpg");
  expect([sent, composer.text, composer.sending]).toEqual([[], "https://a.example/1.jpg", undefined]);
  expect(composer.problems).toEqual([{ code: "TooManyRequests", message: "Slow down." }]);
  await composer.sendText(" ");
  expect(composer.problems).toMatchObject([{ code: "InvalidRequest" }]);
});

it("forgets that the service did not respond once it does, and nothing else", async () => {
  const { composer } = form(new TypeError("Failed to fetch"));
  await composer.sendText("https://a.example/1.jpg");
  expect(composer.problems).toMatchObject([{ code: "ConnectionFailed" }]);
  composer.recover();
  expect([composer.problems, composer.text]).toEqual([[], "https://a.example/1.jpg"]);
  await composer.sendText("");
  composer.recover();
  expect(composer.problems).toMatchObject([{ code: "InvalidRequest" }]);
});

it("counts the typed references, also after the text has changed", () => {
  const { composer } = form();
  expect(composer.count).toBe(0);
  composer.text = "https://a.example/1.jpg\nhttps://a.example/2.jpg";
  expect(composer.count).toBe(2);
  composer.text = "https://a.example/1.jpg";
  expect(composer.count).toBe(1);
});
