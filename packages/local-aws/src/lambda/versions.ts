import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { sync as writeFileAtomic } from "write-file-atomic";
import type { FunctionResource } from "../graph.ts";

/** A published version: its code and settings never change. */
export interface PublishedVersion {
  readonly definition: FunctionResource & { readonly version: string };
  /** Build context of the version's image. */
  readonly taskRoot: string;
  /** Milliseconds since 1970. */
  readonly publishedAt: number;
}

/** Maximum number of versions kept per function, the newest ones: as many as a stack keeps releases. */
const keptVersions = 50;

/** Marks a build context that a stored version uses, so that it is not removed together with old contexts. */
export const inUseSuffix = ".in-use";

/**
 * The versions that the program has published, in this process and before, because executions of an older release still
 * call them.
 */
export class PublishedVersions {
  readonly #file: string | undefined;
  #versions: readonly PublishedVersion[];

  /** Without a folder, the versions are lost when the process ends. */
  constructor(folder?: string) {
    this.#file = folder === undefined ? undefined : path.join(folder, "function-versions.json");
    const known = this.#file !== undefined && existsSync(this.#file);
    const versions = known ? (JSON.parse(readFileSync(this.#file ?? "", "utf8")) as PublishedVersion[]) : [];
    // A file written by an earlier release of this package may lack dates.
    this.#versions = versions.map((version) => ({ ...version, publishedAt: version.publishedAt ?? Date.now() }));
  }

  /** Oldest first. */
  get all(): readonly PublishedVersion[] {
    return this.#versions;
  }

  /** Adds the versions that the program publishes now. */
  publish(current: readonly Omit<PublishedVersion, "publishedAt">[], now = Date.now()): void {
    const before = this.#versions;
    const others = before.filter((known) => !current.some((each) => sameVersion(each, known)));
    const dated = current.map((each): PublishedVersion => {
      const known = before.find((version) => sameVersion(version, each));
      return { definition: each.definition, taskRoot: each.taskRoot, publishedAt: known?.publishedAt ?? now };
    });
    const all = [...others, ...dated];
    this.#versions = all.filter((each, index) => {
      const newer = all.slice(index + 1).filter(({ definition }) => definition.name === each.definition.name);
      return newer.length < keptVersions;
    });
    this.#mark(before);
    if (this.#file === undefined || JSON.stringify(before) === JSON.stringify(this.#versions)) return;
    mkdirSync(path.dirname(this.#file), { recursive: true });
    writeFileAtomic(this.#file, JSON.stringify(this.#versions));
  }

  #mark(before: readonly PublishedVersion[]): void {
    const used = new Set(this.#versions.map(({ taskRoot }) => taskRoot));
    for (const taskRoot of used) if (existsSync(taskRoot)) writeFileSync(`${taskRoot}${inUseSuffix}`, "");
    for (const { taskRoot } of before) if (!used.has(taskRoot)) rmSync(`${taskRoot}${inUseSuffix}`, { force: true });
  }
}

type Named = Pick<PublishedVersion, "definition">;

function sameVersion(left: Named, right: Named): boolean {
  return left.definition.name === right.definition.name && left.definition.version === right.definition.version;
}
