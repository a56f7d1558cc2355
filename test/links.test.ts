import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { projectFiles } from "./support/project-copy.ts";

const root = path.resolve(import.meta.dirname, "..");
const pages = projectFiles().filter((file) => file.endsWith(".md"));

interface Link {
  /** The file, relative to the checkout. */
  readonly target: string;
  /** The heading; empty for the whole page. */
  readonly anchor: string;
}

/** The links of a page to files of the checkout, outside of code. */
function linksOf(page: string): readonly Link[] {
  const text = readFileSync(path.join(root, page), "utf8").replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, address = ""]) => address)
    .filter((address) => !/^[a-z][a-z0-9+.-]*:/i.test(address))
    .map((address) => {
      const [file = "", anchor = ""] = address.split("#");
      return { target: file === "" ? page : path.posix.join(path.posix.dirname(page), file), anchor };
    });
}

/** Anchors of the headings as GitHub makes them. */
function anchorsOf(page: string): readonly string[] {
  const text = readFileSync(path.join(root, page), "utf8").replaceAll(/```[\s\S]*?```/g, "");
  return [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}

describe("the links of the pages", () => {
  it.each(pages)("of %s lead to files and headings that exist", (page) => {
    const broken = linksOf(page).filter(({ target, anchor }) => {
      if (!existsSync(path.join(root, target))) return true;
      return anchor !== "" && target.endsWith(".md") && !anchorsOf(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("reach every page under docs/ from the README", () => {
    const reached = new Set(["README.md"]);
    for (const page of reached) {
      for (const { target } of linksOf(page)) if (pages.includes(target)) reached.add(target);
    }
    expect(pages.filter((page) => page.startsWith("docs/") && !reached.has(page))).toEqual([]);
  });

  it("are seen by this test: the README has some, and a heading is found", () => {
    expect(linksOf("README.md").length).toBeGreaterThan(5);
    expect(anchorsOf("docs/deploy.md")).toContain("errors-of-a-first-deploy");
  });
});
