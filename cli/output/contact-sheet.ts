import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import PQueue from "p-queue";
import type { Source } from "../input/source.ts";
import type { Row } from "../outcomes.ts";
import { summary } from "./formats.ts";
import { printable } from "./text.ts";
import { thumbnail } from "./thumbnail.ts";

/** Number of thumbnails that are made concurrently. */
const atOnce = 4;

/** A self-contained HTML file with every photo, its labels or its error, and a filter. */
export async function contactSheet(rows: readonly Row[], sources: readonly Source[]): Promise<string> {
  const queue = new PQueue({ concurrency: atOnce });
  const tiles = await Promise.all(
    rows.map((row, at) => {
      const source = sources[at];
      return queue.add(async () => tile(row, source && (await thumbnail(source))));
    }),
  );
  const counts = { total: rows.length, failed: rows.filter(({ error }) => error).length };
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'sha256-${raw(digest(style))}'; script-src 'sha256-${raw(digest(script))}'; base-uri 'none'; form-action 'none'">
<title>${summary(counts)}</title>
<style>${raw(style)}</style>
</head>
<body>
<header>
<h1>${summary(counts)}</h1>
<label>Filter <input type="search" id="text" placeholder="name, label or error"></label>
<label>Show <select id="kind"><option value="">all</option><option value="good">classified</option><option value="bad">with an error</option></select></label>
<output id="count">${rows.length} shown</output>
</header>
<main>
${tiles.map((each) => each ?? "")}
</main>
<script>${raw(script)}</script>
</body>
</html>
`;
  return String(await page);
}

function tile({ name, predictions, error }: Row, picture: string | undefined) {
  const shown = printable(name);
  const folder = shown.slice(0, shown.lastIndexOf("/") + 1);
  const image =
    picture === undefined
      ? html`<div class="blank">no picture</div>`
      : html`<img src="${picture}" alt="" loading="lazy">`;
  const text = error
    ? html`<p class="error"><b>${printable(error.code)}</b> ${printable(error.message)}</p>`
    : html`<ol>${predictions.map(({ label, probability }) => {
        const percent = (probability * 100).toFixed(1);
        return html`<li><span>${printable(label)}</span><span>${percent} %</span><meter max="100" value="${percent}"></meter></li>`;
      })}</ol>`;
  return html`<figure data-kind="${error ? "bad" : "good"}">${image}<figcaption title="${shown}">${folder === "" ? "" : html`<span>${folder}</span>`}${shown.slice(folder.length)}</figcaption>${text}</figure>
`;
}

const style = `
:root { color-scheme: light dark; font: 15px/1.4 system-ui, sans-serif; }
body { margin: 0; }
header { position: sticky; top: 0; display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; padding: .75rem 1rem; background: Canvas; border-bottom: 1px solid GrayText; }
h1 { font-size: 1.1rem; margin: 0; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; padding: 1rem; }
figure { margin: 0; padding: .5rem; border: 1px solid color-mix(in srgb, CanvasText 20%, transparent); border-radius: .5rem; overflow-wrap: anywhere; }
figure[hidden] { display: none; }
img, .blank { display: block; width: 100%; height: 12rem; object-fit: contain; background: color-mix(in srgb, CanvasText 6%, transparent); }
.blank { display: grid; place-items: center; font-size: .85em; color: color-mix(in srgb, CanvasText 65%, transparent); }
figcaption { margin-top: .5rem; font-weight: 600; }
ol { list-style: none; margin: .25rem 0 0; padding: 0; }
li { display: grid; grid-template-columns: minmax(0, 1fr) auto; column-gap: .5rem; margin-top: .25rem; }
li span { overflow-wrap: break-word; }
li span:last-of-type { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
meter { grid-column: 1 / -1; width: 100%; height: .6rem; }
figcaption span { display: block; font-weight: 400; font-size: .85em; color: color-mix(in srgb, CanvasText 65%, transparent); }
.error { margin: .25rem 0 0; color: light-dark(#b00020, #ff8a80); }
`;

const script = `
const text = document.getElementById("text");
const kind = document.getElementById("kind");
const count = document.getElementById("count");
const figures = [...document.querySelectorAll("figure")];
function filter() {
  const words = text.value.toLowerCase().split(/\\s+/);
  let shown = 0;
  for (const figure of figures) {
    const content = figure.textContent.toLowerCase();
    const fits = words.every((word) => content.includes(word)) && (kind.value === "" || figure.dataset.kind === kind.value);
    figure.hidden = !fits;
    if (fits) shown += 1;
  }
  count.textContent = shown + " shown";
}
// What a browser cannot show gets the tile of a photo without a picture.
for (const picture of [...document.images]) {
  const clear = () => {
    const blank = document.createElement("div");
    blank.className = "blank";
    blank.textContent = "no picture";
    picture.replaceWith(blank);
  };
  if (picture.complete && picture.naturalWidth === 0) clear();
  else picture.addEventListener("error", clear);
}
text.addEventListener("input", filter);
kind.addEventListener("change", filter);
`;

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
