import { html, render } from "lit-html";
import { loadConfiguration } from "./service/configuration.ts";
import { problemOf } from "./service/problem.ts";
import { Console } from "./state/console.ts";
import { acceptPhotosAnywhere } from "./view/composer-view.ts";
import { PageView } from "./view/page-view.ts";
import { problemView } from "./view/problem-view.ts";

const root = document.getElementById("page") as HTMLElement;
let scheduled = false;

try {
  const console = new Console(await loadConfiguration(location.origin), redraw);
  const page = new PageView(redraw);
  acceptPhotosAnywhere(console);
  console.start();

  /** However many things change, the page is drawn once a frame. A hidden page has no frames, and is not drawn. */
  function redraw(): void {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      render(page.view(console), root);
    });
  }
} catch (error) {
  render(html`<main class="fatal">${problemView(problemOf(error))}</main>`, root);
}
