/** Properties as plain values. A value that a preview does not know yet is `unknownValue`. */
export type Properties = Record<string, unknown>;

/** The engine's marker for a value that becomes known only during an update. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Created {
  readonly id: string;
  readonly outputs: Properties;
}

/** The inputs of a resource and its whole state. */
export interface Found {
  readonly inputs: Properties;
  readonly state: Properties;
}

/** How a resource type is verified and stored. */
export interface Handler {
  /** Name of the component that verifies the inputs. */
  readonly verifier: string;
  /** The input for which the provider generates a name if the program does not set it. */
  readonly autoName?: string;
  /** Inputs whose change requires a replacement. Without `update`, these are all inputs. */
  readonly replaces?: readonly string[];
  /** Outputs that any update may change. They are unknown in the preview of an update. */
  readonly volatile?: readonly string[];
  /** Inputs that the provider adds before it computes the difference (the hash of a build context). */
  readonly computed?: (inputs: Properties) => Properties;
  /** Removes from inputs what the provider ignores when it computes the difference (passwords). */
  readonly compared?: (inputs: Properties) => Properties;
  create(inputs: Properties): Promise<Created>;
  update?(id: string, inputs: Properties, state: Properties): Promise<Properties>;
  /** Returns false if the resource no longer exists. */
  exists?(id: string, state: Properties): Promise<boolean>;
  /** What a refresh finds, in place of `exists`; undefined if the resource no longer exists. */
  read?(id: string, found: Found): Promise<Found | undefined>;
  delete?(id: string, state: Properties): Promise<void>;
}
