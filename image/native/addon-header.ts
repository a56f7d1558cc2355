import { sessionOptionsVariable } from "../../functions/inference/native/session-options.ts";

/**
 * Included before tfjs-node's sources. tfjs-node opens each session with default options and offers no way to change
 * them, so this header replaces them. It also releases the memory pages that only the initialisation of TensorFlow's
 * libraries touched (5,000 initialisers, spread over 330 MB of code: 150 MB of memory). These pages are unchanged
 * copies of the file, so the system maps them again if they are needed. An addon that was built without this header
 * ignores the variable; it starts 100 ms later and uses more memory.
 */
export const addonHeader = `#pragma once
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cstdlib>
#include <cstring>
#include <string>
#include "tensorflow/c/c_api.h"

static int ReleaseUnchangedPages(struct dl_phdr_info* library, size_t, void*) {
  if (std::strstr(library->dlpi_name, "libtensorflow") == nullptr) return 0;
  const uintptr_t page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  for (int i = 0; i < library->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = library->dlpi_phdr[i];
    // What is writable, or was until it was relocated, differs from the file.
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const uintptr_t from = (library->dlpi_addr + segment.p_vaddr) / page * page;
    const uintptr_t to = (library->dlpi_addr + segment.p_vaddr + segment.p_memsz) / page * page;
    if (to > from) madvise(reinterpret_cast<void*>(from), to - from, MADV_DONTNEED);
  }
  return 0;
}

static TF_SessionOptions* NewConfiguredSessionOptions() {
  dl_iterate_phdr(ReleaseUnchangedPages, nullptr);
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
