import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { run } from "../support/command.ts";
import { cached, needCommands } from "../support/tools.ts";

/** GitHub's style of Markdown, and the library that draws its graphs. Neither is needed by the project itself. */
const packages = { "github-markdown-css": "5.9.0", mermaid: "12.3.0" } as const;

/** Width in pixels of a comment on GitHub. */
export const commentWidth = 860;

/**
 * A page that shows Markdown as GitHub does: rendered by GitHub's own renderer (cmark-gfm), with its style, and with
 * graphs drawn by Mermaid. `window.drawn` is true when the graphs are drawn. @param open whether folded parts are open
 */
export async function githubPage(markdown: string, open: boolean): Promise<string> {
  const [body, installed] = await Promise.all([rendered(markdown), libraries()]);
  const resolve = createRequire(path.join(installed, "index.js")).resolve;
  const style = readFileSync(resolve("github-markdown-css/github-markdown-light.css"), "utf8");
  const mermaid = readFileSync(path.join(installed, "node_modules/mermaid/dist/mermaid.min.js"), "utf8");
  const shown = open ? body.replaceAll("<details>", "<details open>") : body;
  return `<!doctype html><meta charset="utf-8"><style>${style}
body { margin: 0; } article { box-sizing: border-box; width: ${commentWidth}px; padding: 24px; }</style>
<article class="markdown-body">${shown}</article>
<script>${mermaid.replaceAll("</script", "<\\/script")}</script>
<script>
for (const source of document.querySelectorAll('pre[lang="mermaid"]')) {
  const graph = document.createElement("div");
  graph.className = "graph";
  graph.textContent = source.textContent;
  source.replaceWith(graph);
}
mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme: "neutral" });
mermaid.run({ querySelector: ".graph" }).then(() => { window.drawn = true; });
</script>`;
}

async function rendered(markdown: string): Promise<string> {
  await needCommands({ "cmark-gfm": "cmark-gfm" });
  const extensions = ["table", "strikethrough", "autolink", "tagfilter"].flatMap((name) => ["-e", name]);
  return run("cmark-gfm", ["--unsafe", "--github-pre-lang", ...extensions], { input: markdown });
}

function libraries(): Promise<string> {
  const wanted = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  return cached(`github-page-${wanted.join("-")}`, async (scratch) => {
    mkdirSync(scratch, { recursive: true });
    writeFileSync(path.join(scratch, "package.json"), "{}");
    await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--save-exact", ...wanted], {
      cwd: scratch,
    });
  });
}
