import { html, type TemplateResult } from "lit-html";
import type { PageState } from "../state/page-state.ts";
import { composerView } from "./composer-view.ts";
import { executionView } from "./execution/execution-view.ts";
import { executionsView } from "./executions/executions-view.ts";
import { graphView } from "./graph/graph-view.ts";
import { imagesView } from "./images/images-view.ts";
import { InspectorView } from "./inspector/inspector-view.ts";
import { TimelineView } from "./timeline/timeline-view.ts";

/** The page as a whole. */
export class PageView {
  readonly #inspector: InspectorView;
  readonly #timeline: TimelineView;

  constructor(redraw: () => void) {
    this.#inspector = new InspectorView(redraw);
    this.#timeline = new TimelineView(redraw);
  }

  view(page: PageState): TemplateResult {
    const { stack, region, accountId } = page.configuration;
    return html`
      <a class="skip" href="#execution" @click=${skip}>Skip to the execution</a>
      <header class="top">
        <img src="/icon.svg" alt="" width="30" height="30" />
        <h1>Deep learning workflow</h1>
        <p>${[`stack ${stack}`, region, accountId === "000000000000" ? "this machine" : accountId].join(" · ")}</p>
      </header>
      <div class="columns">
        <aside>${composerView(page)} ${executionsView(page)}</aside>
        <main id="execution" tabindex="-1">
          ${executionView(page)} ${imagesView(page)}
          <div class="pair">${graphView(page)} ${this.#inspector.view(page)}</div>
          ${this.#timeline.view(page)}
        </main>
      </div>
      <p class="unseen" role="status">${page.announcement}</p>
    `;
  }
}

/** The fragment of the address names an execution here, so that the link moves the focus itself. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("execution")?.focus();
}
