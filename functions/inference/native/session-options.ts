/**
 * What a session is told when it opens a graph that needs no optimiser: a serialised `ConfigProto`, in hex. Fields (and
 * wire types) of tensorflow/core/protobuf: graph_options 10, in it rewrite_options 10, in it disable_meta_optimizer 19.
 */
export const withoutOptimiser = "52055203980101";

/** The environment variable through which an addon built with `addonHeader` is told. */
export const sessionOptionsVariable = "TFJS_SESSION_CONFIG";
