import { html, type TemplateResult } from "lit-html";
import type { Console } from "../state/console.ts";
import { composerView } from "./composer-view.ts";
import { executionView } from "./execution-view.ts";
import { executionsView } from "./executions-view.ts";
import { graphView } from "./graph-view.ts";
import { imagesView } from "./images-view.ts";
import { InspectorView } from "./inspector-view.ts";
import { TimelineView } from "./timeline-view.ts";

/** The page as a whole. */
export class PageView {
  readonly #inspector: InspectorView;
  readonly #timeline: TimelineView;

  constructor(redraw: () => void) {
    this.#inspector = new InspectorView(redraw);
    this.#timeline = new TimelineView(redraw);
  }

  view(console: Console): TemplateResult {
    const { stack, region, accountId } = console.configuration;
    return html`
      <a class="skip" href="#execution" @click=${skip}>Skip to the execution</a>
      <header class="top">
        <img src="/icon.svg" alt="" width="30" height="30" />
        <h1>Deep learning workflow</h1>
        <p>${[`stack ${stack}`, region, accountId === "000000000000" ? "this machine" : accountId].join(" · ")}</p>
      </header>
      <div class="columns">
        <aside>${composerView(console)} ${executionsView(console)}</aside>
        <main id="execution" tabindex="-1">
          ${executionView(console)} ${imagesView(console)}
          <div class="pair">${graphView(console)} ${this.#inspector.view(console)}</div>
          ${this.#timeline.view(console)}
        </main>
      </div>
      <p class="unseen" role="status">${console.announcement}</p>
    `;
  }
}

/** The fragment of the address names an execution here, so that the link moves the focus itself. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("execution")?.focus();
}
