/** A problem that the user can fix: shown as a sentence, without a stack trace. */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
}
