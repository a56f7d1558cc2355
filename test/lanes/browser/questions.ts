import type { Locator, Page } from "playwright-core";

/** Somebody who reads the page with a mouse and a keyboard. Counts the clicks. */
export class Reader {
  clicks = 0;
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async click(control: Locator): Promise<void> {
    this.clicks += 1;
    await control.click();
  }

  /** One click puts the cursor into the field. */
  async type(field: Locator, text: string): Promise<void> {
    this.clicks += 1;
    await field.fill(text);
    await field.dispatchEvent("change");
  }

  /** One click opens the list, one chooses. */
  async choose(list: Locator, option: Parameters<Locator["selectOption"]>[0]): Promise<void> {
    this.clicks += 2;
    await list.selectOption(option);
  }

  /** Returns a function that reads the text of the first element that matches, once it is there. */
  read(selector: string): () => Promise<string> {
    const first = this.page.locator(selector).first();
    return async () => (await first.innerText()).replace(/\s+/g, " ");
  }
}

/** A question about the execution that is shown, how a reader finds the answer, and what the answer is. */
export interface Question {
  readonly question: string;
  /** Performs the clicks, and returns how the answer is read: it may appear some frames after the last click. */
  readonly find: (reader: Reader) => (() => Promise<string>) | Promise<() => Promise<string>>;
  readonly answer: RegExp;
}

/** Searches for an image by its number, and waits until the first card is the image's. */
async function searchImage(reader: Reader, number: string): Promise<void> {
  await reader.type(searchField(reader.page), `#${number.replaceAll(",", "")}`);
  await firstCard(reader.page, number).waitFor();
}

export const searchField = (page: Page): Locator => page.getByLabel("Search images by name, label, code or number");

/** The first card, once it is that of this image: until the search is drawn, it is another image's. */
export const firstCard = (page: Page, number: string): Locator =>
  page
    .locator(".card")
    .first()
    .filter({ has: page.locator(".index", { hasText: new RegExp(`^${number}$`) }) });

/** Each must be answered with at most two clicks, from the execution of ten thousand images. */
export const questions: readonly Question[] = [
  {
    question: "Why did image 4,711 fail?",
    async find(reader) {
      await searchImage(reader, "4,711");
      return reader.read(".card .text");
    },
    answer: /^ImageNotFound .*404/,
  },
  {
    question: "Which images fell below 0.5?",
    async find(reader) {
      await reader.type(reader.page.getByLabel("Only images whose best probability is below this percentage"), "50");
      return reader.read(".filters .quiet");
    },
    answer: /^[1-9]\d* of 10,000$/,
  },
  {
    question: "How many images failed, and with which errors?",
    find: (reader) => reader.read("[aria-label='Show images by error code']"),
    answer: /^HostNotAllowed 9,777 ImageNotFound 199$/,
  },
  {
    question: "How many images were classified, and how long did the execution take?",
    find: (reader) => reader.read("header.execution"),
    answer: /24 of 10,000 images classified · 9,976 failed.* started .* · .*(s|min)/,
  },
  {
    question: "Which images show a Labrador?",
    async find(reader) {
      await reader.choose(reader.page.getByLabel("Show images by label"), "Labrador retriever");
      return reader.read(".filters .quiet");
    },
    answer: /^12 of 10,000$/,
  },
  {
    question: "In which call was image 4,711 tried, and what happened in it?",
    async find(reader) {
      await searchImage(reader, "4,711");
      await reader.click(reader.page.locator(".card .reference button").first());
      await reader.page.locator(".leads a").waitFor();
      return reader.read(".inspector .leads a");
    },
    answer: /^Its child execution /,
  },
  {
    question: "Where did the time go?",
    find: (reader) => reader.read("#state-rows"),
    answer: /Classify at scale .*\d (s|min)/,
  },
  {
    question: "What did it cost?",
    async find(reader) {
      const panel = reader.page.locator("section.panel.cost");
      await reader.click(panel.getByRole("button", { name: "Show cost and limits" }));
      await reader.click(panel.getByRole("button", { name: "Read the billed durations and memory" }));
      await panel.getByText("those that Lambda billed").waitFor();
      return reader.read("section.panel.cost table");
    },
    answer: /Step Functions: [\d,]+ transitions 0\.\d+ .*Lambda classify: [\d,]+ calls.* Total, .* 0\.\d+$/,
  },
  {
    question: "Which errors and images do I give to a colleague, as a table?",
    async find(reader) {
      await reader.click(reader.page.locator(".chip[data-state=failed]").first());
      const download = reader.page.waitForEvent("download");
      await reader.click(reader.page.getByRole("button", { name: "CSV" }));
      return async () => (await download).suggestedFilename();
    },
    answer: /^images-.*\.csv$/,
  },
  {
    question: "Which executions were stopped?",
    async find(reader) {
      await reader.choose(reader.page.getByLabel("Show executions by status"), "ABORTED");
      await reader.page.locator(".executions .when", { hasText: "Aborted" }).first().waitFor();
      return reader.read(".executions .when");
    },
    answer: /Aborted/,
  },
];
