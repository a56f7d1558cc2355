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

/** Definitions that cannot run. The error is thrown once, with all problems of all machines. */
export class InvalidDefinitions extends Error {
  override readonly name = "InvalidDefinitions";
}

/** Maximum number of versions of a machine (AWS Step Functions, "Quotas"). */
const mostVersions = 1_000;

/** The machine or version that an execution runs, and the alias through which it was started. */
export interface Target {
  readonly machine: Machine;
  readonly versionArn?: string;
  readonly aliasArn?: string;
}

/** The state machines by ARN: those that the program declares, and those created through the API. */
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
   * Replaces all machines of the program at once, publishes the changed ones and updates their aliases. If it throws
   * `InvalidDefinitions`, nothing has changed. `accepted` means that an earlier process has already validated the
   * definitions.
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

  /** Returns the current revision of a machine; `arn` is unqualified. */
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

  /**
   * Returns the machine or version that an ARN names; for an alias, the version with the largest weight. Throws
   * "StateMachineDoesNotExist".
   */
  get(arn: string): Machine {
    return this.target(arn, () => 0).machine;
  }

  /**
   * Returns what an execution started on this ARN runs; for an alias, one of its versions is selected by weight. Throws
   * "StateMachineDoesNotExist".
   */
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

  /** Returns the stored record of a machine. Throws "StateMachineDoesNotExist". */
  record(machineArn: string): MachineRecord {
    const record = this.#records.get(machineArn);
    return record === undefined || this.find(machineArn) === undefined ? missing(machineArn) : record;
  }

  /** Replaces the stored record of a machine. The record is on disk when this returns. */
  save(record: MachineRecord): void {
    this.#records.set(record.arn, record);
    this.#store.save(this.#records.values());
  }

  delete(machineArn: string): void {
    this.#records.delete(machineArn);
    this.#store.save(this.#records.values());
  }

  /**
   * Publishes the machine's current revision as a version. If the newest version is the same revision, returns that
   * version.
   */
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

/** Throws "InvalidDefinition" with AWS's message, which lists all problems that are errors. */
export function assertRuns(diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === "ERROR");
  if (errors.length === 0) return;
  const sentences = errors.map(
    ({ code, message, location }) => `${code}: ${message}${location ? ` at ${location}` : ""}`,
  );
  throw new AwsError("InvalidDefinition", `Invalid State Machine Definition: '${sentences.join(", ")}'`);
}

/**
 * Adds a version. At the maximum, which only publishing by the program reaches, the oldest version that no alias uses
 * is removed.
 */
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
