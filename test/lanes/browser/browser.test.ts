import { expect, test } from "vitest";
import { opened } from "../support/opened.ts";
import { testAccessibility } from "./accessibility.ts";
import { testHostile } from "./hostile.ts";
import { testLogs } from "./logs.ts";
import { testLongHistory } from "./long-history.ts";
import { testMapRun } from "./map-run.ts";
import { testPhone } from "./phone.ts";
import { testPhotos } from "./photos.ts";
import { testReading } from "./reading.ts";
import { testScheduled } from "./scheduled.ts";
import { testService } from "./service-gone.ts";
import { openSession } from "./session.ts";
import { testViews } from "./views.ts";
import { testWorkflow } from "./workflow.ts";

/** The console in a real headless Chromium, with the running product. `pictures.ts` lists the pictures that it saves. */
const session = opened(openSession, (each) => each.close());

test("the policy of the page allows no inline script and no foreign one", async () => {
  const policy = (await fetch(session().service.url)).headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(/^default-src 'none'/);
  for (const directive of ["script-src", "style-src", "connect-src"])
    expect(policy).toContain(`; ${directive} 'self'; `);
  expect(policy).not.toContain("unsafe");
});

test("the page without executions", async () => {
  await session().watched.page.locator(".composer").waitFor();
  await session().watched.picture("start");
});
testAccessibility(session, "the page without executions");
testPhotos(session);
testWorkflow(session);
testReading(session);
testLogs(session);
testAccessibility(session, "an execution");
testViews(session);
testAccessibility(session, "an exported history");
testScheduled(session);
testMapRun(session);
testAccessibility(session, "a child execution of a Map Run");
testLongHistory(session);
testHostile(session);
testPhone(session);
testService(session);

test("the browser has nothing to complain about", () => {
  expect(session().watched.complaints).toEqual([]);
});
