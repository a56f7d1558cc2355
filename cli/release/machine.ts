import {
  DeleteStateMachineVersionCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  ListStateMachineVersionsCommand,
  type ListStateMachineVersionsCommandOutput,
  type RoutingConfigurationListItem,
  type SFNClient,
  UpdateStateMachineAliasCommand,
} from "@aws-sdk/client-sfn";
import { liveAlias } from "../../contract/functions.ts";
import { functionVersionsIn } from "../../contract/lambda-arn.ts";
import { releaseIn } from "../../contract/release.ts";

/** A version of a state machine and its share of new executions, in per cent. */
export interface Route {
  readonly version: string;
  readonly weight: number;
}

/**
 * One state machine of a stack: its versions, and the routes of its alias `live`. Versions are identified by their
 * ARNs.
 */
export class Machine {
  readonly arn: string;
  readonly #states: SFNClient;

  constructor(arn: string, states: SFNClient) {
    this.arn = arn;
    this.#states = states;
  }

  /** The ARNs of all versions, newest first. */
  async versions(): Promise<readonly string[]> {
    const versions: string[] = [];
    let nextToken: string | undefined;
    do {
      const page: ListStateMachineVersionsCommandOutput = await this.#states.send(
        new ListStateMachineVersionsCommand({
          stateMachineArn: this.arn,
          maxResults: 1_000,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      const found = page.stateMachineVersions ?? [];
      versions.push(...found.flatMap(({ stateMachineVersionArn }) => stateMachineVersionArn ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return versions.toSorted((left, right) => numberOf(right) - numberOf(left));
  }

  /** Routes of the alias `live`, the older version first. */
  async routes(): Promise<readonly Route[]> {
    const { routingConfiguration = [] } = await this.#states.send(
      new DescribeStateMachineAliasCommand({ stateMachineAliasArn: this.#alias }),
    );
    return routingConfiguration
      .map(({ stateMachineVersionArn = "", weight = 0 }) => ({ version: stateMachineVersionArn, weight }))
      .filter(({ weight }) => weight > 0)
      .toSorted((left, right) => numberOf(left.version) - numberOf(right.version));
  }

  async setRoutes(routes: readonly Route[]): Promise<void> {
    const routingConfiguration = routes
      .filter(({ weight }) => weight > 0)
      .map(({ version, weight }): RoutingConfigurationListItem => ({ stateMachineVersionArn: version, weight }));
    await this.#states.send(
      new UpdateStateMachineAliasCommand({ stateMachineAliasArn: this.#alias, routingConfiguration }),
    );
  }

  /** The id of the release to which a version belongs; undefined if its definition does not contain one. */
  async releaseOf(version: string): Promise<string | undefined> {
    return releaseIn(await this.#definitionOf(version));
  }

  /** ARNs of the function versions that the definitions of these versions name. */
  async functionVersions(versions: readonly string[]): Promise<readonly string[]> {
    const arns: string[] = [];
    // One after another: the service allows few calls per second, and there may be fifty versions.
    for (const version of new Set(versions)) arns.push(...functionVersionsIn(await this.#definitionOf(version)));
    return arns;
  }

  async #definitionOf(version: string): Promise<string> {
    const described = await this.#states.send(new DescribeStateMachineCommand({ stateMachineArn: version }));
    return described.definition ?? "{}";
  }

  /**
   * Deletes a version. Its running executions continue, but new ones cannot start, and no update of the stack can
   * restore the version.
   */
  async deleteVersion(version: string): Promise<void> {
    await this.#states.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn: version }));
  }

  get #alias(): string {
    return `${this.arn}:${liveAlias}`;
  }
}

/** The number of a version. Versions are numbered in the order in which they were published. */
export function numberOf(version: string): number {
  return Number(version.slice(version.lastIndexOf(":") + 1));
}
