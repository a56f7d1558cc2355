import { html, nothing, type TemplateResult } from "lit-html";
import { dollars } from "../../../../contract/cost/money.ts";
import { estimatedAbove, imageCountOf } from "../../model/cost/image-count.ts";
import type { PageState } from "../../state/page-state.ts";

/** Roughly what an input costs, before it is started: of more than 1,000 images, and where their number is not known. */
export function estimateView(page: PageState, input: string): TemplateResult | typeof nothing {
  const { count, atMost } = imageCountOf(input);
  if (count !== undefined) return countEstimateView(page, count);
  if (atMost !== undefined) return cost(page, atMost, "At most ");
  return cost(page, estimatedAbove, "The number of images is known only after the start; ");
}

/** The same, of a list with so many images. */
export function countEstimateView(page: PageState, count: number): TemplateResult | typeof nothing {
  return count > estimatedAbove ? cost(page, count, "") : nothing;
}

function cost({ estimates }: PageState, images: number, words: string): TemplateResult | typeof nothing {
  const estimate = estimates.of(images);
  if (estimate === undefined) return nothing;
  const { usd, label } = estimate;
  return html`<p class="note" role="status">
    ${words}${images.toLocaleString()} images cost about <b>$${dollars(usd)}</b> (${label}).
  </p>`;
}
