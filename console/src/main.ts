import { Api } from "./api.ts";
import { Executions, loadConfiguration } from "./connection.ts";
import { byId, element } from "./dom.ts";
import { ExecutionsView } from "./executions-view.ts";
import { GraphView } from "./graph-view.ts";
import { type Given, Intake } from "./intake.ts";
import { ResultsView } from "./results-view.ts";
import { StateView } from "./state-view.ts";
import { seconds, TimelineView } from "./timeline-view.ts";
import { WatchedExecution } from "./watched-execution.ts";

const configuration = await loadConfiguration();
const api = new Api(configuration.apiKey);
const executions = new Executions(configuration);
byId("stack", HTMLParagraphElement).textContent = `stack ${configuration.stack}, ${configuration.region}`;

/** Object URLs of the photos that were dropped here, by the reference they were stored under. */
const thumbnails = new Map<string, string>();
const heading = byId("execution", HTMLElement);
const results = new ResultsView(byId("results", HTMLElement), thumbnails);
const state = new StateView(byId("state", HTMLDivElement));
const graph = new GraphView(byId("graph", HTMLDivElement), (name) => {
  state.choose(name);
  draw();
});
const timeline = new TimelineView(byId("timeline", HTMLDivElement), (visit) => {
  state.choose(visit.state, visit.id);
  draw();
});
const list = new ExecutionsView(byId("executions", HTMLUListElement), look);
let watched: WatchedExecution | undefined;

new Intake(async ({ files, addresses }: Given) => {
  const uploaded = await Promise.all(
    files.map(async (file) => {
      const image = await api.upload(file);
      thumbnails.set(image, URL.createObjectURL(file));
      return image;
    }),
  );
  const images = [...uploaded, ...addresses];
  const { executionId } = await api.classify(images);
  look(executionId);
  results.pending(images);
});
window.addEventListener("hashchange", () => look(location.hash.slice(1)));
if (location.hash.length > 1) look(location.hash.slice(1));
void refreshList();

function look(id: string): void {
  if (watched?.id === id) return;
  watched = new WatchedExecution(id, api, executions);
  location.hash = id;
  results.clear();
  state.forget();
  void follow(watched);
}

/** Asks until the execution has ended, or another one is looked at. */
async function follow(execution: WatchedExecution): Promise<void> {
  while (watched === execution) {
    try {
      await execution.refresh();
      draw();
    } catch (error) {
      describe(execution.id, "UNKNOWN", error instanceof Error ? error.message : String(error));
      return;
    }
    if (execution.ended) break;
    await pause(300);
  }
  await refreshList(false);
}

function draw(): void {
  if (!watched?.view) return;
  const { view, visits, ended, definition, id } = watched;
  const spent = Date.parse(view.finishedAt ?? new Date().toISOString()) - Date.parse(view.startedAt);
  const { counts, error } = view;
  const what = counts ? `${counts.succeeded} of ${counts.total} classified` : (error?.message ?? "");
  describe(id, view.status, [seconds(Math.max(0, spent)), what].filter((part) => part !== "").join(", "));
  if (watched.results) results.show(watched.results);
  if (definition) graph.show(definition, visits.all, ended);
  timeline.show(visits.all, ended);
  state.show(visits.all);
}

function describe(id: string, status: string, sentence: string): void {
  heading.replaceChildren(
    element("h2", { id: "execution-title" }, "Execution"),
    element(
      "p",
      { class: "summary" },
      element("span", { class: "pill", "data-status": status }, status),
      element("span", {}, sentence),
      element("code", {}, id),
    ),
  );
}

/** The list, now and, unless once is enough, every few seconds while the page is seen. */
async function refreshList(again = true): Promise<void> {
  try {
    if (!document.hidden) list.show(await executions.list(), watched?.id);
  } catch (error) {
    console.warn("the executions cannot be listed", error);
  }
  if (!again) return;
  await pause(3_000);
  void refreshList();
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
