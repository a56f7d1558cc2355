import { readReferences } from "../model/images/references.ts";
import type { HttpApi } from "../service/http-api.ts";
import { isUnreachable, type Problem } from "../service/problem.ts";
import type { Thumbnails } from "../service/thumbnails.ts";
import type { Drafts } from "./drafts.ts";
import { type Given, nothingGiven, submit } from "./submission.ts";

export interface ComposerServices {
  readonly api: Pick<HttpApi, "classify" | "upload">;
  readonly thumbnails: Pick<Thumbnails, "keep">;
  readonly drafts: Drafts;
  readonly changed: () => void;
  /** Called with the id of an execution that was started. */
  readonly started: (executionId: string) => void;
}

const field = "images";

/** The form for images: what was typed, what is being sent, and what was refused. */
export class Composer {
  /** Progress of the upload and start; undefined when nothing is being sent. */
  sending: string | undefined;
  problems: readonly Problem[] = [];
  readonly #services: ComposerServices;
  #counted = { text: "", count: 0 };

  constructor(services: ComposerServices) {
    this.#services = services;
  }

  /** References that were typed but not sent yet. */
  get text(): string {
    return this.#services.drafts.read(field);
  }

  set text(text: string) {
    this.#services.drafts.write(field, text);
  }

  /** Number of references that were typed. Counted once per text, because the page is drawn more often than it changes. */
  get count(): number {
    const { text } = this;
    if (text !== this.#counted.text) this.#counted = { text, count: readReferences(text).images.length };
    return this.#counted.count;
  }

  async sendText(text: string): Promise<void> {
    const { images, problem } = readReferences(text);
    this.text = text;
    // It stays in the field.
    if (this.sending !== undefined) return;
    if (problem !== undefined) return this.#refuse({ code: "InvalidImageReference", message: problem });
    if (images.length === 0) return this.#refuse(nothingGiven());
    // What was typed while these were sent has not been sent.
    if ((await this.send({ files: [], references: images })) && this.text === text) this.text = "";
    this.#services.changed();
  }

  /** Starts an execution and reports it. Returns false if no execution was started. */
  async send(given: Given): Promise<boolean> {
    const { changed, started } = this.#services;
    if (this.sending !== undefined) {
      this.problems = [alreadySending()];
      changed();
      return false;
    }
    this.problems = [];
    this.sending = "Starting";
    const { executionId, problems } = await submit(given, this.#services, (sentence) => {
      this.sending = sentence;
      changed();
    });
    this.sending = undefined;
    // Images that were refused meanwhile are still to be sent.
    this.problems = [...this.problems, ...problems];
    if (executionId !== undefined) started(executionId);
    changed();
    return executionId !== undefined;
  }

  /** Forgets that the service did not respond, because it does again. */
  recover(): void {
    this.problems = this.problems.filter((problem) => !isUnreachable(problem));
  }

  #refuse(problem: Problem): void {
    this.problems = [problem];
    this.#services.changed();
  }
}

function alreadySending(): Problem {
  const message = "Other images were still being sent, so these were not: send them again.";
  return { code: "AlreadySending", message };
}
