import { html, nothing, type TemplateResult } from "lit-html";
import { durationText, shortReference } from "../../model/words.ts";
import { executionName, isExpressChild, isOfMainWorkflow } from "../../service/configuration.ts";
import type { ExecutionRow } from "../../service/step-functions.ts";
import type { ExecutionFacts } from "../../state/execution-facts.ts";
import type { Listing } from "../../state/listing.ts";
import type { PageState } from "../../state/page-state.ts";
import { statusIcon, statusOfExecution, statusText } from "../icons.ts";
import { agoView } from "../time-view.ts";

/** An execution in a list: the picture and names of its first images, its status, and how many images failed. */
export function executionItem(page: PageState, list: Listing, row: ExecutionRow): TemplateResult {
  const { arn, name } = row;
  const content = itemContent(page, row, list.factsOf(arn));
  if (isExpressChild(arn)) return html`<div class="item" title=${name}>${content}</div>`;
  const current = arn === page.followed?.arn ? "true" : "false";
  return html`<a class="item" href=${page.addressOf(arn)} aria-current=${current} title=${name}>${content}</a>`;
}

function itemContent(page: PageState, row: ExecutionRow, facts: ExecutionFacts | undefined): TemplateResult {
  const { status, startedAt, stoppedAt } = row;
  const now = Date.now();
  return html`
    ${statusIcon(statusOfExecution(status))}
    <span class="name">${titleOf(page, row, facts)}</span>
    <span class="when">
      ${outcome(row, facts)} ${statusText(status)} · ${agoView(startedAt, now)} · ${durationText((stoppedAt ?? now) - startedAt)}
    </span>
    ${picture(page, row, facts)}
  `;
}

/**
 * The names of the first images are more helpful than a random id. An execution that was named by its caller keeps its
 * name.
 */
function titleOf({ thumbnails }: PageState, { arn, name }: ExecutionRow, facts: ExecutionFacts | undefined): string {
  const images = facts?.images ?? [];
  const isNamed = !/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(name);
  const isChild = arn.split(":").at(-2)?.includes("/") ?? false;
  if (isNamed && !isChild) return name;
  if (images.length > 0) {
    const names = images.map((image) => thumbnails.nameOf(image) ?? shortReference(image));
    const more = (facts?.total ?? names.length) - names.length;
    return `${names.join(", ")}${more > 0 ? ` +${more.toLocaleString()}` : ""}`;
  }
  if (facts?.total !== undefined) return `${facts.total.toLocaleString()} images`;
  return facts?.input || executionName(arn);
}

function outcome({ itemCount }: ExecutionRow, facts: ExecutionFacts | undefined): TemplateResult | typeof nothing {
  const count = facts?.total ?? itemCount;
  if (count === undefined) return nothing;
  const total = count.toLocaleString();
  if (!facts?.failed) return html`<span class="outcome">${total} ${count === 1 ? "image" : "images"}</span> ·`;
  return html`<span class="outcome" data-bad="true">${facts.failed.toLocaleString()} of ${total} failed</span> ·`;
}

/**
 * The picture of the first image, if this browser may fetch it without being asked. An execution of any other workflow
 * may say of any URL that it is an image that was classified.
 */
function picture(
  { thumbnails, configuration }: PageState,
  { arn }: ExecutionRow,
  facts: ExecutionFacts | undefined,
): TemplateResult | typeof nothing {
  const [image] = facts?.images ?? [];
  if (image === undefined) return nothing;
  const url = thumbnails.of(image, facts?.classified ?? false, isOfMainWorkflow(configuration, arn));
  if (!url) return nothing;
  return html`<img class="first-image" src=${url} alt="" loading="lazy" decoding="async" referrerpolicy="no-referrer" @error=${hide} />`;
}

function hide(event: Event): void {
  (event.target as HTMLImageElement).classList.add("broken");
}
