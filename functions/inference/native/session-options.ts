/**
 * What a session is told when it opens a graph that needs no optimiser: a serialised `ConfigProto`, in hex. Fields (and
 * wire types) of tensorflow/core/protobuf: graph_options 10, in it rewrite_options 10, in it disable_meta_optimizer 19.
 */
export const withoutOptimiser = "52055203980101";

/** The environment variable through which an addon built with `sessionOptionsHeader` is told. */
export const sessionOptionsVariable = "TFJS_SESSION_CONFIG";

/**
 * Included before tfjs-node's sources: they open each session with default options, and there is no other way to them.
 * An addon that was built without it ignores the variable, and its first run takes 100 ms longer.
 */
export const sessionOptionsHeader = `#pragma once
#include <cstdlib>
#include <string>
#include "tensorflow/c/c_api.h"

static inline TF_SessionOptions* NewConfiguredSessionOptions() {
  TF_SessionOptions* options = TF_NewSessionOptions();
  const char* hex = std::getenv("${sessionOptionsVariable}");
  if (hex == nullptr) return options;
  std::string config;
  for (; hex[0] != 0 && hex[1] != 0; hex += 2) {
    config.push_back(static_cast<char>(std::strtol(std::string(hex, 2).c_str(), nullptr, 16)));
  }
  TF_Status* status = TF_NewStatus();
  TF_SetConfig(options, config.data(), config.size(), status);
  TF_DeleteStatus(status);
  return options;
}
#define TF_NewSessionOptions NewConfiguredSessionOptions
`;
