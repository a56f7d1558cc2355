import { addonFile } from "../../functions/inference/native/folder.ts";

/**
 * A small addon that loads the large one in a thread and returns at once, so that TensorFlow's libraries are loaded while
 * Node evaluates the function's modules. Whoever loads the large addon afterwards waits for the thread. If it cannot be
 * loaded, they get the error.
 */
export const preloadAddonSource = `
#include <dlfcn.h>
#include <pthread.h>
#include <string>
#include "node_api.h"

static void* Load(void* file) {
  dlopen(static_cast<std::string*>(file)->c_str(), RTLD_LAZY);
  delete static_cast<std::string*>(file);
  return nullptr;
}

NAPI_MODULE_INIT() {
  Dl_info self;
  if (dladdr(reinterpret_cast<void*>(Load), &self) == 0) return exports;
  const std::string here(self.dli_fname);
  std::string* file = new std::string(here.substr(0, here.rfind('/') + 1) + "${addonFile}");
  pthread_t thread;
  if (pthread_create(&thread, nullptr, Load, file) == 0) pthread_detach(thread);
  else delete file;
  return exports;
}
`;
