import { html, nothing, type TemplateResult } from "lit-html";
import { type Configuration, canAct, machineTitle } from "../service/configuration.ts";
import type { PageState } from "../state/page-state.ts";
import { routeToFile } from "../state/routes.ts";
import { startButton } from "./actions/action-buttons.ts";
import { actionDialog } from "./actions/action-dialog.ts";
import { composerView } from "./composer-view.ts";
import { CostView } from "./cost/cost-view.ts";
import { executionView } from "./execution/execution-view.ts";
import { MapRunsView } from "./execution/map-runs-view.ts";
import { ExecutionsView } from "./executions/executions-view.ts";
import { GraphView } from "./graph/graph-view.ts";
import { ImagesView } from "./images/images-view.ts";
import { InspectorView } from "./inspector/inspector-view.ts";
import { ExecutionLogView } from "./logs/execution-log.ts";
import { titleOf } from "./page-title.ts";
import { problemView } from "./problem-view.ts";
import { TimelineView } from "./timeline/timeline-view.ts";

/** The page as a whole. */
export class PageView {
  readonly #executions: ExecutionsView;
  readonly #images: ImagesView;
  readonly #mapRuns: MapRunsView;
  readonly #graph: GraphView;
  readonly #inspector: InspectorView;
  readonly #timeline: TimelineView;
  readonly #log: ExecutionLogView;
  readonly #cost: CostView;

  constructor(redraw: () => void) {
    this.#executions = new ExecutionsView(redraw);
    this.#images = new ImagesView(redraw);
    this.#graph = new GraphView(redraw);
    this.#mapRuns = new MapRunsView(redraw);
    this.#inspector = new InspectorView(redraw);
    this.#timeline = new TimelineView(redraw);
    this.#log = new ExecutionLogView(redraw);
    this.#cost = new CostView(redraw);
  }

  view(page: PageState): TemplateResult {
    const { configuration } = page;
    const { summary } = this.#images.derive(page);
    const inspector = this.#inspector.view(page);
    const broken = page.opening || page.unknownMachine !== undefined || page.followed?.missing === true;
    document.title = titleOf(page, summary);
    return html`
      <a class="skip" href="#execution" @click=${skip}>Skip to the execution</a>
      <header class="top">
        <a class="home" href="#" title="Start page">
          <img src="/icon.svg" alt="" width="30" height="30" />
          <h1>Deep learning workflow</h1>
        </a>
        <p>${placeOf(configuration)}</p>
      </header>
      ${page.unreachable === undefined ? nothing : html`<div class="banner">${problemView(page.unreachable)}</div>`}
      <div class="columns" data-inspector=${inspector !== nothing}>
        <aside>${formOf(page)} ${this.#executions.view(page)}
          <p class="open-file"><a href=${routeToFile}>Open an exported history</a></p>
        </aside>
        <main id="execution" tabindex="-1">
          ${executionView(page, summary)} ${broken ? nothing : this.#content(page)}
        </main>
        ${inspector}
      </div>
      ${actionDialog(page)}
      <p class="unseen" role="status">${page.announcer.text}</p>
    `;
  }

  #content(page: PageState): TemplateResult {
    return html`
      ${this.#images.view(page)} ${this.#mapRuns.view(page)} ${this.#graph.view(page)}
      ${this.#timeline.view(page)} ${this.#log.view(page)} ${this.#cost.view(page)}
    `;
  }
}

function placeOf({ stack, region, accountId, deployed }: Configuration): string {
  const account = deployed === undefined ? "this machine" : `account ${accountId}`;
  const words = [
    stack === "" ? "" : `stack ${stack}`,
    region,
    account,
    deployed?.writable === false ? "read only" : "",
  ];
  return words.filter((word) => word !== "").join(" · ");
}

/** The form that starts executions; nothing if the page only reads. */
function formOf(page: PageState): TemplateResult | typeof nothing {
  const { configuration, machineArn } = page;
  if (!canAct(configuration)) return nothing;
  return machineArn === configuration.workflowArn ? composerView(page) : aboutMachine(page);
}

/** Shown for a workflow that does not take a list of images. */
function aboutMachine(page: PageState): TemplateResult | typeof nothing {
  const { configuration, machineArn } = page;
  const machine = configuration.stateMachines.find(({ arn }) => arn === machineArn);
  if (machine === undefined) return nothing;
  return html`<section class="panel" aria-labelledby="machine-title">
    <h2 id="machine-title">${machineTitle(machine, configuration)}</h2>
    <p>${startButton(page)}</p>
    ${configuration.workflowArn === undefined ? nothing : html`<p class="quiet">This workflow does not take a list of images. <a href="#">Classify images instead</a></p>`}
  </section>`;
}

/** Moves the focus in code: the address cannot do it, because its fragment identifies an execution. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("execution")?.focus();
}
