/** The package ships no declarations; these are its documented shapes. */
declare module "asl-validator" {
  interface Problem {
    readonly message?: string;
    readonly instancePath?: string;
    readonly path?: string;
    readonly "Error code"?: string;
    readonly Message?: string;
  }
  interface Verdict {
    readonly isValid: boolean;
    readonly errors: readonly Problem[];
    errorsText(separator?: string): string;
  }
  /** Writes `QueryLanguage` into the states of the definition that it is given. */
  export default function validate(
    definition: unknown,
    options?: { readonly checkPaths?: boolean; readonly checkArn?: boolean },
  ): Verdict;
}
