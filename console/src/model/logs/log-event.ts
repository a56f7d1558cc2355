/** An event of CloudWatch Logs. */
export interface LogEvent {
  /** Unique within its log group. */
  readonly id: string;
  readonly group: string;
  readonly stream: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly message: string;
}
