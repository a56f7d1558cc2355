import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { Session } from "./session.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules: RunOptions = {
  resultTypes: ["violations"],
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
};

/** Findings of axe on the page as it is shown, of every impact, each with its first elements. */
async function findings(page: Page): Promise<readonly string[]> {
  // The policy of the page allows no further script, but a debugger's evaluation is not subject to it.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    (options) => (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(options),
    rules,
  );
  return violations.map(({ id, impact, nodes }) => {
    const places = nodes.slice(0, 3).map(({ target, failureSummary }) => `${target.join(" ")} (${failureSummary})`);
    return `${impact} ${id}: ${places.join("; ")}`;
  });
}

/** Waits until the page fits into its window, which was resized: what scripts draw follows some frames later. */
export async function expectNoSidewaysScrolling(page: Page, width: number): Promise<void> {
  const measure = async () => {
    for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    return { width: innerWidth, scrollsSideways: document.documentElement.scrollWidth > innerWidth };
  };
  await expect.poll(() => page.evaluate(measure)).toEqual({ width, scrollsSideways: false });
}

/** Tests the page as it is now: axe, and no scrolling sideways, at three widths and in both colour schemes. */
export function testAccessibility(session: () => Pick<Session, "watched">, shown: string): void {
  const widths = [1440, 1024, 390];
  const schemes = ["light", "dark"] as const;
  test.each(widths.flatMap((width) => schemes.map((colorScheme) => ({ width, colorScheme }))))(
    `axe finds nothing: ${shown}, $width pixels wide, $colorScheme`,
    async ({ width, colorScheme }) => {
      const { page } = session().watched;
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 1100 });
      try {
        await expectNoSidewaysScrolling(page, width);
        expect(await findings(page)).toEqual([]);
      } finally {
        await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
        await page.setViewportSize({ width: 1440, height: 1100 });
      }
    },
  );
}
