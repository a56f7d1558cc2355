import type { StateMachineResource } from "../../graph.ts";
import type { Definition } from "../asl/definition.ts";

/** A state machine as it is now, or one published version of it. */
export interface Machine {
  readonly resource: StateMachineResource;
  readonly definition: Definition;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Changes with each update; absent until the first one, as on AWS. */
  readonly revisionId?: string;
  /** Declared by the program, or made through the API. */
  readonly origin: "program" | "api";
  /** Set for a published version. */
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

/** Where an alias sends an execution: percentages that add up to 100. */
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
  /** The routes that the program declared when they were applied last. */
  readonly declared?: readonly Route[];
}

/** What is kept of a machine beside the program: all of it where the API made it. */
export interface MachineRecord {
  readonly arn: string;
  readonly createdAt: number;
  readonly revisionId?: string;
  /** Present where the API made the machine. */
  readonly created?: StateMachineResource;
  readonly tags: Readonly<Record<string, string>>;
  /** The number of the newest version: numbers are never used twice. */
  readonly lastVersion: number;
  readonly versions: readonly Version[];
  readonly aliases: readonly Alias[];
}

export function versionArn(machineArn: string, number: number): string {
  return `${machineArn}:${number}`;
}

/** The machine's ARN and, behind it, the version's number or the alias's name. */
export function splitArn(arn: string): { readonly machineArn: string; readonly qualifier?: string } {
  const parts = arn.split(":");
  const [qualifier] = parts.slice(7);
  const machineArn = parts.slice(0, 7).join(":");
  return qualifier === undefined ? { machineArn } : { machineArn, qualifier };
}
