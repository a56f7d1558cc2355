import { expect, test } from "vitest";
import { opened } from "../support/opened.ts";
import { testAccessibility } from "./accessibility.ts";
import { testLogs } from "./logs.ts";
import { testLongHistory } from "./long-history.ts";
import { testMapRun } from "./map-run.ts";
import { testPhotos } from "./photos.ts";
import { testReading } from "./reading.ts";
import { openSession } from "./session.ts";
import { testViews } from "./views.ts";
import { testWorkflow } from "./workflow.ts";

/** The console in a real headless Chromium, with the running product. PICTURES=<folder> saves screenshots. */
const session = opened(
  () => openSession(process.env["PICTURES"]),
  (each) => each.close(),
);

test("the policy of the page allows no inline script and no foreign one", async () => {
  const policy = (await fetch(session().service.url)).headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(/^default-src 'none'/);
  expect(policy).toMatch(/script-src 'self'(;|$)/);
});

testAccessibility(session, "the page without executions");
testPhotos(session);
testWorkflow(session);
testReading(session);
testLogs(session);
testAccessibility(session, "an execution");
testViews(session);
testAccessibility(session, "an exported history");
testMapRun(session);
testAccessibility(session, "a child execution of a Map Run");
testLongHistory(session);

test("the browser has nothing to complain about", () => {
  expect(session().watched.complaints).toEqual([]);
});
