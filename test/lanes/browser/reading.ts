import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { expectNoSidewaysScrolling } from "./accessibility.ts";
import type { Session } from "./session.ts";

/** Texts whose contrast with their background is too low. WCAG 2.2 AA requires a ratio of 4.5, or 3 for large text. */
function paleTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (colour: string): readonly number[] => {
      if (!canvas) return [];
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = (colour: readonly number[]): number => {
      const [r = 0, g = 0, b = 0] = colour.map((value) =>
        value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element: Element | null): readonly number[] => {
      for (let at = element; at !== null; at = at.parentElement) {
        const box = at.matches("g.state") ? at.querySelector(":scope > rect") : null;
        const colour = rgba(box ? getComputedStyle(box).fill : getComputedStyle(at).backgroundColor);
        if ((colour[3] ?? 0) > 250) return colour;
      }
      return [255, 255, 255];
    };
    const bad: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? "";
      if (!element?.checkVisibility() || text === "" || element.closest(".unseen, .index, noscript, :disabled"))
        continue;
      const style = getComputedStyle(element);
      const ink = light(rgba(element instanceof SVGElement ? style.fill : style.color));
      const paper = light(ground(element));
      const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
      if (ratio < (Number.parseFloat(style.fontSize) >= 24 ? 3 : 4.5))
        bad.push(`"${text.slice(0, 40)}" ${ratio.toFixed(2)}`);
    }
    return [...new Set(bad)];
  });
}

/** Colours change gradually: waits for the frame in which they begin to change, and until none does. */
async function coloursSettled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    const transitions = document.getAnimations().filter((each) => each instanceof CSSTransition);
    await Promise.allSettled(transitions.map(({ finished }) => finished));
  });
}

/** Controls without an accessible name. */
function nameless(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        "a, button, input, select, textarea, [role=button], [role=listbox], [tabindex='0']",
      ),
    ]
      .filter((element) => {
        const labels = "labels" in element ? [...((element as HTMLInputElement).labels ?? [])] : [];
        const text = [
          element.getAttribute("aria-label"),
          element.textContent,
          ...labels.map((label) => label.textContent),
        ];
        return element.checkVisibility() && text.every((each) => !each?.trim());
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );
}

/** Tests that the page is readable: in both colour schemes, in a narrow window, and through accessible names. */
export function testReading(session: () => Session): void {
  test.each(["light", "dark"] as const)(
    "every text has enough contrast with its background, %s",
    async (colorScheme) => {
      const { watched } = session();
      const { page } = watched;
      await page.emulateMedia({ colorScheme });
      await coloursSettled(page);
      await expect.poll(() => paleTexts(page)).toEqual([]);
      await watched.picture(colorScheme);
    },
  );

  test("everything that can be operated has a name", async () => {
    const { page } = session().watched;
    await page.emulateMedia({ colorScheme: "light" });
    await expect.poll(() => nameless(page)).toEqual([]);
  });

  test.each([320, 390, 768, 1024])("a window %d pixels wide has no sideways scrolling", async (width) => {
    const { watched } = session();
    const { page } = watched;
    await page.setViewportSize({ width, height: 900 });
    await expectNoSidewaysScrolling(page, width);
    await watched.picture(`width-${width}`);
    await page.setViewportSize({ width: 1440, height: 1100 });
  });
}
