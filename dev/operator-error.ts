/** A mistake that the person at the terminal can correct: shown as a sentence, without a stack trace. */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
}
