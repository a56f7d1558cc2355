import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { sync as writeFileAtomic } from "write-file-atomic";
import type { StateMachineResource } from "../../graph.ts";
import type { MachineRecord, Version } from "./machine.ts";

/** Stores each distinct definition once; `ExecutionStore` implements this. */
export interface Definitions {
  saveDefinition(text: string): string;
  definition(hash: string): string;
}

type Kept = Omit<StateMachineResource, "definition"> & { readonly definitionHash: string };
type KeptVersion = Omit<Version, "resource"> & { readonly resource: Kept };
type KeptRecord = Omit<MachineRecord, "created" | "versions"> & {
  readonly created?: Kept;
  readonly versions: readonly KeptVersion[];
};

/**
 * Stores machines created through the API, versions, aliases and tags in `machines.json`, which is replaced as a whole.
 */
export class MachineStore {
  readonly #file: string;
  readonly #definitions: Definitions;

  constructor(folder: string, definitions: Definitions) {
    mkdirSync(folder, { recursive: true });
    this.#file = path.join(folder, "machines.json");
    this.#definitions = definitions;
  }

  load(): readonly MachineRecord[] {
    if (!existsSync(this.#file)) return [];
    const records = JSON.parse(readFileSync(this.#file, "utf8")) as readonly KeptRecord[];
    return records.map(({ created, versions, ...record }) => {
      const read = versions.map((version) => ({ ...version, resource: this.#read(version.resource) }));
      return created === undefined
        ? { ...record, versions: read }
        : { ...record, created: this.#read(created), versions: read };
    });
  }

  save(records: Iterable<MachineRecord>): void {
    const kept = [...records].map(({ created, versions, ...record }): KeptRecord => {
      const written = versions.map((version) => ({ ...version, resource: this.#write(version.resource) }));
      return created === undefined
        ? { ...record, versions: written }
        : { ...record, created: this.#write(created), versions: written };
    });
    writeFileAtomic(this.#file, `${JSON.stringify(kept)}\n`);
  }

  #read({ definitionHash, ...resource }: Kept): StateMachineResource {
    return { ...resource, definition: this.#definitions.definition(definitionHash) };
  }

  #write({ definition, ...resource }: StateMachineResource): Kept {
    return { ...resource, definitionHash: this.#definitions.saveDefinition(definition) };
  }
}
