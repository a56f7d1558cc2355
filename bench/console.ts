/**
 * `npm run bench:console`: how fast the console's page is, on this machine from loopback: first paint, and an execution
 * of ten thousand images until it reacts to a filter. Medians of five loads. Run it on a quiet machine.
 */
import Table from "cli-table3";
import { readCommand } from "../lib/command.ts";
import { openBrowser } from "../test/lanes/browser/browser.ts";
import { classifyLarge, startLargeService } from "../test/lanes/browser/large-service.ts";
import { measureSpeed } from "../test/lanes/browser/page-speed.ts";

/** What the product promises, in milliseconds. */
const most = { paint: 1_000, interactive: 2_000 } as const;

readCommand(
  `npm run bench:console

Measures the console in a real Chromium: first paint, and an execution of 10,000 images until it reacts to a filter.
Medians of five loads. Exit code 1 if one is too slow.
`,
  {},
) ?? process.exit();
const large = await startLargeService();
const browser = await openBrowser();
try {
  const executionId = await classifyLarge(large, "bench");
  const page = await browser.newPage();
  await page.goto(large.service.url);
  await page.locator(".executions a.item").first().click();
  await page.locator("main .id", { hasText: executionId }).waitFor();
  const { hash } = new URL(page.url());
  await page.close();
  const speed = await measureSpeed(browser, large.service.url, hash);
  const table = new Table({ head: ["", "ms", "at most"], style: { head: [], border: [] } });
  table.push(["first paint", Math.round(speed.paint), most.paint]);
  table.push(["10,000 images interactive", Math.round(speed.interactive), most.interactive]);
  console.log(table.toString());
  if (speed.paint >= most.paint || speed.interactive >= most.interactive) process.exitCode = 1;
} finally {
  await browser.close();
  await large.close();
}
