/**
 * What the bundles have for "node:process": importing Node's own makes it read each of the module's exports, which opens
 * the standard streams and takes 12 ms of a start. The global is the same object.
 */
export default process;

/** What the AWS SDK imports by name. */
export const { env, versions } = process;
