import { sessionOptionsVariable } from "../../functions/inference/native/session-options.ts";

/**
 * Included before tfjs-node's sources. tfjs-node opens each session with default options and offers no way to change
 * them, so this header replaces them. It also releases pages again, because loading a library is not the last time that
 * TensorFlow initialises something. An addon that was built without this header ignores the variable; it starts 100 ms
 * later and uses more memory.
 */
export const addonHeader = `#pragma once
#include <cstdlib>
#include <string>
#include "tensorflow/c/c_api.h"

extern "C" void dlw_release_pages();

static TF_SessionOptions* NewConfiguredSessionOptions() {
  dlw_release_pages();
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
