import computed from "./computed.json" with { type: "json" };

/**
 * Properties per type that the SDK declares as outputs only: AWS or the provider computes them, so no program and no
 * person sets them. `computed.test.ts` compares the file with the installed SDK.
 */
const byType: Readonly<Record<string, readonly string[]>> = computed;

/** Whether only AWS sets the property; undefined for a type that is not in the file. */
export function isComputed(type: string, property: string): boolean | undefined {
  return byType[type]?.includes(property);
}
