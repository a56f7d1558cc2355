/**
 * Replaces "node:process" in the bundles. Importing Node's module evaluates each of its exports, which opens
 * the standard streams and adds 12 ms to a start. The global is the same object.
 */
export default process;

/** The exports that the AWS SDK imports by name. */
export const { env, versions } = process;
