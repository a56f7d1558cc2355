/** The package contains no type declarations. These are the documented types. */
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
  /** Adds `QueryLanguage` to the states of the given definition. */
  export default function validate(
    definition: unknown,
    options?: { readonly checkPaths?: boolean; readonly checkArn?: boolean },
  ): Verdict;
}
