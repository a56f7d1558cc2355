/** An action of a user. It throws if any part of the result is wrong. */
export interface Scenario {
  readonly title: string;
  /** Roles that this scenario uses most. It runs early when one of them loses a grant. */
  readonly about: readonly string[];
  /**
   * A function whose start this scenario checks, including its log. Only this shows what Lambda itself does with the
   * function's role.
   */
  readonly starts?: string;
  readonly run: () => Promise<unknown>;
}
