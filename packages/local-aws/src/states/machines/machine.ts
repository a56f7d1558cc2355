import type { StateMachineResource } from "../../graph.ts";
import type { Definition } from "../asl/definition.ts";

/** The current revision of a state machine, or one of its published versions. */
export interface Machine {
  readonly resource: StateMachineResource;
  readonly definition: Definition;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Changes with each update; absent before the first update, as on AWS. */
  readonly revisionId?: string;
  /** Whether the program declares the machine or the API created it. */
  readonly origin: "program" | "api";
  /** Present only for a published version. */
  readonly version?: { readonly arn: string; readonly description?: string };
}

/** A published version: a copy of the machine that never changes. */
export interface Version {
  readonly number: number;
  readonly description?: string;
  readonly createdAt: number;
  readonly revisionId?: string;
  readonly resource: StateMachineResource;
}

/** A route of an alias: a version, and the percentage of executions that it receives. The percentages add up to 100. */
export interface Route {
  readonly stateMachineVersionArn: string;
  readonly weight: number;
}

export interface Alias {
  readonly name: string;
  readonly description?: string;
  readonly routes: readonly Route[];
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The routes that the program declared when they were last applied. */
  readonly declared?: readonly Route[];
}

/**
 * The stored data of a machine in addition to the program's declaration. For a machine created through the API, this is
 * everything.
 */
export interface MachineRecord {
  readonly arn: string;
  readonly createdAt: number;
  readonly revisionId?: string;
  /** Present if the machine was created through the API. */
  readonly created?: StateMachineResource;
  readonly tags: Readonly<Record<string, string>>;
  /** Number of the newest version. Numbers are never reused. */
  readonly lastVersion: number;
  readonly versions: readonly Version[];
  readonly aliases: readonly Alias[];
}

export function versionArn(machineArn: string, number: number): string {
  return `${machineArn}:${number}`;
}

/** Splits an ARN into the machine's ARN and the version number or alias name after it. */
export function splitArn(arn: string): { readonly machineArn: string; readonly qualifier?: string } {
  const parts = arn.split(":");
  const [qualifier] = parts.slice(7);
  const machineArn = parts.slice(0, 7).join(":");
  return qualifier === undefined ? { machineArn } : { machineArn, qualifier };
}
