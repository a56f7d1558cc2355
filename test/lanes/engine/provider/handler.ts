/** Properties as plain values; what a preview does not know yet is `unknownValue`. */
export type Properties = Record<string, unknown>;

/** The engine's mark for a value that only an update will know. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Created {
  readonly id: string;
  readonly outputs: Properties;
}

/** How one resource type is verified and stored. */
export interface Handler {
  /** Who accepts or refuses the inputs. */
  readonly verifier: string;
  /** The input that a provider names by itself where the program gives none. */
  readonly autoName?: string;
  /** Inputs whose change needs another resource; all of them where there is no `update`. */
  readonly replaces?: readonly string[];
  /** Outputs that any update may change: unknown in the preview of one. */
  readonly volatile?: readonly string[];
  /** Inputs that the provider adds before the difference is taken (a build context's hash). */
  readonly computed?: (inputs: Properties) => Properties;
  create(inputs: Properties): Promise<Created>;
  update?(id: string, inputs: Properties, state: Properties): Promise<Properties>;
  /** False: the resource is gone. */
  exists?(id: string, state: Properties): Promise<boolean>;
  delete?(id: string, state: Properties): Promise<void>;
}
