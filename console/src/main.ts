import { html, render } from "lit-html";
import { loadConfiguration } from "./service/configuration.ts";
import { problemOf } from "./service/problem.ts";
import { PageState } from "./state/page-state.ts";
import { acceptFilesAnywhere } from "./view/composer-view.ts";
import { PageView } from "./view/page-view.ts";
import { problemView } from "./view/problem-view.ts";

const root = document.getElementById("page") as HTMLElement;
let scheduled = false;

try {
  const page = new PageState(await loadConfiguration(), redraw);
  const view = new PageView(redraw);
  acceptFilesAnywhere(page);
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) page.clear();
  });
  page.start();

  /**
   * Renders at most once per frame, however many changes there are. A hidden page gets no frames, so it is not
   * rendered.
   */
  function redraw(): void {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      render(view.view(page), root);
    });
  }
} catch (error) {
  render(html`<main class="fatal">${problemView(problemOf(error))}</main>`, root);
}
