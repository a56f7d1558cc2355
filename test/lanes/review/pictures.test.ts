import { mkdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { reportOf } from "../../../review/report/report.ts";
import { words } from "../../../review/report/sentence.ts";
import { openBrowser } from "../browser/browser.ts";
import { opened } from "../support/opened.ts";
import { changes } from "./changes/changes.ts";
import { commentWidth, githubPage } from "./github-page.ts";
import { Workspaces } from "./workspaces.ts";

/** PICTURES=<folder> saves the pictures: those in docs/ are made with PICTURES=docs. */
const pictures = process.env["PICTURES"];
const planted = ["a state is added", "a wildcard of resources", "more memory"];

const browser = opened(
  () => openBrowser(),
  (each) => each.close(),
);
const workspaces = opened(
  () => Workspaces.open(),
  (each) => each.close(),
);
const report = opened(async () => {
  const plants = planted.map((title) => changes.find((change) => change.title === title)?.plant ?? (() => {}));
  const about = words(
    "Compared with where this work began, without an account: replacements and deletions are predictions.",
  );
  return reportOf([await workspaces().review("dev", plants)], about);
});

test.each([
  ["review", false],
  ["review-details", true],
])("the report of three changes, as GitHub shows it (%s)", async (name, open) => {
  const page = await browser().newPage({ viewport: { width: commentWidth, height: 800 }, deviceScaleFactor: 1.5 });
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => complaints.push(`a request to ${request.url()}`));
  await page.setContent(await githubPage(report(), open));
  await page.waitForFunction("window.drawn === true");

  expect(complaints).toEqual([]);
  expect(await page.locator("details").count()).toBeGreaterThanOrEqual(2);
  expect(await page.locator("details[open]").count()).toBe(open ? await page.locator("details").count() : 0);
  // Each graph has become a picture with its states; no Markdown is left as text.
  expect(await page.locator(".graph svg").count()).toBe(report().split("```mermaid").length - 1);
  expect(await page.locator(".graph svg").first().textContent()).toContain("Wait a little");
  expect(await page.locator("article").innerText()).not.toMatch(/\*\*|^#{2,4} |<\/?details>|```/m);

  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  await page.locator("article").screenshot({ path: path.join(pictures, `${name}.png`) });
});
