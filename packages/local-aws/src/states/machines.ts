import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { StateMachineResource } from "../graph.ts";
import { AwsError } from "../service.ts";
import type { Definition } from "./asl/definition.ts";
import { type Diagnostic, diagnose } from "./asl/validate.ts";
import type { Machine, MachineRecord, Version } from "./machines/machine.ts";
import { splitArn, versionArn } from "./machines/machine.ts";
import type { MachineStore } from "./machines/machine-store.ts";
import { declaredAliases, pickRoute } from "./machines/routes.ts";

export type { Machine } from "./machines/machine.ts";

/** Definitions that cannot run: every problem of every machine, thrown once. */
export class InvalidDefinitions extends Error {
  override readonly name = "InvalidDefinitions";
}

/** The most versions that a machine may have (AWS Step Functions, "Quotas"). */
const mostVersions = 1_000;

/** What an execution is started on. */
export interface Target {
  readonly machine: Machine;
  readonly versionArn?: string;
  readonly aliasArn?: string;
}

/** The state machines by ARN: those that the program declares, and those made through the API. */
export class Machines {
  readonly #store: MachineStore;
  readonly #records: Map<string, MachineRecord>;
  #declared = new Map<string, StateMachineResource>();
  readonly #parsed = new Map<string, Definition>();

  constructor(store: MachineStore) {
    this.#store = store;
    this.#records = new Map(store.load().map((record) => [record.arn, record]));
  }

  /**
   * Replaces all machines of the program at once, publishes what changed and moves their aliases.
   * Throws `InvalidDefinitions` and changes nothing. `accepted`: an earlier process validated them.
   */
  replace(resources: readonly StateMachineResource[], now: number, accepted = false): void {
    const problems = (accepted ? [] : resources).flatMap(({ name, definition, type }) =>
      diagnose(definition, type)
        .filter(({ severity }) => severity === "ERROR")
        .map(
          ({ code, message, location }) =>
            `state machine "${name}"${location ? ` at ${location}` : ""}: ${message} (${code})`,
        ),
    );
    if (problems.length > 0) {
      throw new InvalidDefinitions(
        `These definitions cannot run:\n${problems.map((line) => `  - ${line}`).join("\n")}`,
      );
    }
    const before = JSON.stringify([...this.#records.values()]);
    this.#declared = new Map(resources.map((resource) => [resource.arn, resource]));
    this.#parsed.clear();
    for (const [arn, { created }] of this.#records) {
      if (created === undefined && !this.#declared.has(arn)) this.#records.delete(arn);
    }
    for (const resource of resources) this.#declare(resource, now);
    if (JSON.stringify([...this.#records.values()]) !== before) this.#store.save(this.#records.values());
  }

  #declare(resource: StateMachineResource, now: number): void {
    const { created: _, ...known } = this.#records.get(resource.arn) ?? emptyRecord(resource.arn, now);
    let record: MachineRecord = known;
    const newest = record.versions.at(-1);
    const { aliases: _aliases, publish, ...content } = resource;
    if (publish === true && (newest === undefined || !isDeepStrictEqual(newest.resource, content))) {
      const revisionId = newest === undefined ? {} : { revisionId: randomUUID() };
      record = withVersion({ ...record, ...revisionId }, content, undefined, now);
    }
    this.#records.set(resource.arn, declaredAliases(record, resource.aliases ?? [], newest?.number, now));
  }

  get all(): readonly Machine[] {
    const arns = new Set([...this.#declared.keys(), ...this.#records.keys()]);
    return [...arns].flatMap((arn) => this.find(arn) ?? []);
  }

  /** The machine as it is now; `arn` is unqualified. */
  find(arn: string): Machine | undefined {
    const declared = this.#declared.get(arn);
    const record = this.#records.get(arn);
    const resource = declared ?? record?.created;
    if (resource === undefined || record === undefined) return undefined;
    const { createdAt, revisionId } = record;
    return {
      resource,
      definition: this.#parse(resource.definition),
      createdAt,
      origin: declared === undefined ? "api" : "program",
      ...(revisionId === undefined ? {} : { revisionId }),
    };
  }

  /** The machine, or the version of it that the ARN names; for an alias, the version with the largest weight. Throws "StateMachineDoesNotExist". */
  get(arn: string): Machine {
    return this.target(arn, () => 0).machine;
  }

  /** What an execution started on this ARN runs; an alias picks one of its versions by weight. Throws "StateMachineDoesNotExist". */
  target(arn: string, random: () => number = Math.random): Target {
    const { machineArn, qualifier } = splitArn(arn);
    const machine = this.find(machineArn);
    if (machine === undefined) return missing(arn);
    if (qualifier === undefined) return { machine };
    const record = this.record(machineArn);
    const alias = record.aliases.find(({ name }) => name === qualifier);
    const chosen = alias === undefined ? arn : pickRoute(alias.routes, random);
    const version = record.versions.find(({ number }) => versionArn(machineArn, number) === chosen);
    if (version === undefined) return missing(arn);
    const published = { machine: this.#published(machine, version), versionArn: chosen };
    return alias === undefined ? published : { ...published, aliasArn: arn };
  }

  #published(machine: Machine, version: Version): Machine {
    const { resource, createdAt, revisionId, description, number } = version;
    const { revisionId: _, ...rest } = machine;
    return {
      ...rest,
      resource,
      definition: this.#parse(resource.definition),
      createdAt,
      ...(revisionId === undefined ? {} : { revisionId }),
      version: {
        arn: versionArn(resource.arn, number),
        ...(description === undefined ? {} : { description }),
      },
    };
  }

  /** What is kept of a machine. Throws "StateMachineDoesNotExist". */
  record(machineArn: string): MachineRecord {
    const record = this.#records.get(machineArn);
    return record === undefined || this.find(machineArn) === undefined ? missing(machineArn) : record;
  }

  /** Replaces what is kept of a machine; on return it is on disk. */
  save(record: MachineRecord): void {
    this.#records.set(record.arn, record);
    this.#store.save(this.#records.values());
  }

  delete(machineArn: string): void {
    this.#records.delete(machineArn);
    this.#store.save(this.#records.values());
  }

  /** The record with a new version of the machine as it is now, unless the newest version is the same revision. */
  publish(machineArn: string, description: string | undefined, now: number): Version {
    const record = this.record(machineArn);
    const newest = record.versions.at(-1);
    if (newest !== undefined && newest.revisionId === record.revisionId) return newest;
    const { aliases: _, publish: _publish, ...content } = this.get(machineArn).resource;
    if (record.versions.length >= mostVersions) {
      throw new AwsError(
        "ServiceQuotaExceededException",
        `The state machine has ${mostVersions} versions, the most that are allowed; delete those that no alias uses.`,
      );
    }
    const next = withVersion(record, content, description, now);
    this.save(next);
    return next.versions.at(-1) as Version;
  }

  #parse(text: string): Definition {
    const known = this.#parsed.get(text);
    if (known !== undefined) return known;
    const parsed = JSON.parse(text) as Definition;
    this.#parsed.set(text, parsed);
    return parsed;
  }
}

export function emptyRecord(arn: string, createdAt: number): MachineRecord {
  return { arn, createdAt, tags: {}, lastVersion: 0, versions: [], aliases: [] };
}

/** Throws "InvalidDefinition" with AWS's sentence for the first of the problems that are errors. */
export function assertRuns(diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === "ERROR");
  if (errors.length === 0) return;
  const sentences = errors.map(
    ({ code, message, location }) => `${code}: ${message}${location ? ` at ${location}` : ""}`,
  );
  throw new AwsError("InvalidDefinition", `Invalid State Machine Definition: '${sentences.join(", ")}'`);
}

/** The program's oldest versions that no alias uses make room for new ones. */
function withVersion(
  record: MachineRecord,
  resource: StateMachineResource,
  description: string | undefined,
  createdAt: number,
): MachineRecord {
  const number = record.lastVersion + 1;
  const { revisionId } = record;
  const used = new Set(record.aliases.flatMap(({ routes }) => routes.map((route) => route.stateMachineVersionArn)));
  const idle = record.versions.find((version) => !used.has(versionArn(record.arn, version.number)));
  const kept =
    record.versions.length < mostVersions ? record.versions : record.versions.filter((version) => version !== idle);
  const version: Version = {
    number,
    createdAt,
    resource,
    ...(revisionId === undefined ? {} : { revisionId }),
    ...(description === undefined ? {} : { description }),
  };
  return { ...record, lastVersion: number, versions: [...kept, version] };
}

function missing(arn: string): never {
  throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
}
