/**
 * The setting of a session that opens a graph that needs no optimiser: a serialised `ConfigProto`, in hex. Fields (and wire
 * types) of tensorflow/core/protobuf: graph_options 10; in it rewrite_options 10, in it disable_meta_optimizer 19; and
 * optimizer_options 3, in it opt_level 3, which is L0 (-1): no search for equal parts, no folding of constants.
 */
export const withoutOptimiser = "521252039801011a0b18ffffffffffffffffff01";

/** The environment variable from which an addon built with `addonHeader` reads the options. */
export const sessionOptionsVariable = "TFJS_SESSION_CONFIG";
