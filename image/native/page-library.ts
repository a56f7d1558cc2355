/** A library that `setup:native` builds beside TensorFlow's libraries; the addon loads it together with them. */
export const pageLibrary = "libdlw-pages.so";

/**
 * Releases the memory pages that only the initialisation of TensorFlow's libraries touched. They are unchanged copies of
 * the file, so the system maps them again if they are needed.
 *
 * TensorFlow has 5,000 static initialisers, spread over 330 MB of code. The pages that they touch once, and those that the
 * loader read to relocate the library, would be 200 MB of memory: the peak of the whole process. Libraries are first all
 * relocated and then initialised, and this one, which needs no other and is linked last, is initialised first. It
 * then releases pages for the first time. Half-way through the initialisers of TensorFlow's larger library it does so
 * again: it replaces one of them in the list, and calls the original afterwards. If a loader initialises the libraries in
 * another order, that is too late and changes nothing.
 */
export const pageLibrarySource = `
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cstdint>
#include <cstring>

typedef void (*Initialiser)(int, char**, char**);

static Initialiser replaced = nullptr;

static uintptr_t PageOf(uintptr_t address) {
  const uintptr_t page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  return address / page * page;
}

static int ReleaseUnchangedPages(struct dl_phdr_info* library, size_t, void*) {
  if (std::strstr(library->dlpi_name, "libtensorflow") == nullptr) return 0;
  for (int i = 0; i < library->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = library->dlpi_phdr[i];
    // What is writable, or was until it was relocated, differs from the file.
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const uintptr_t from = PageOf(library->dlpi_addr + segment.p_vaddr);
    const uintptr_t to = PageOf(library->dlpi_addr + segment.p_vaddr + segment.p_memsz);
    if (to > from) madvise(reinterpret_cast<void*>(from), to - from, MADV_DONTNEED);
  }
  return 0;
}

extern "C" void dlw_release_pages() { dl_iterate_phdr(ReleaseUnchangedPages, nullptr); }

static void ReleaseHalfway(int count, char** parameters, char** environment) {
  dlw_release_pages();
  replaced(count, parameters, environment);
}

static int ReplaceInitialiser(struct dl_phdr_info* library, size_t, void*) {
  if (std::strstr(library->dlpi_name, "libtensorflow_cc") == nullptr) return 0;
  Initialiser* list = nullptr;
  size_t length = 0;
  for (int i = 0; i < library->dlpi_phnum; ++i) {
    if (library->dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
    const ElfW(Dyn)* entry = reinterpret_cast<ElfW(Dyn)*>(library->dlpi_addr + library->dlpi_phdr[i].p_vaddr);
    for (; entry->d_tag != DT_NULL; ++entry) {
      if (entry->d_tag == DT_INIT_ARRAY) list = reinterpret_cast<Initialiser*>(library->dlpi_addr + entry->d_un.d_ptr);
      if (entry->d_tag == DT_INIT_ARRAYSZ) length = entry->d_un.d_val / sizeof(Initialiser);
    }
  }
  if (list == nullptr || length == 0) return 0;
  // The list is read-only after relocation.
  void* from = reinterpret_cast<void*>(PageOf(reinterpret_cast<uintptr_t>(list)));
  const size_t bytes = reinterpret_cast<uintptr_t>(list + length) - reinterpret_cast<uintptr_t>(from);
  if (mprotect(from, bytes, PROT_READ | PROT_WRITE) != 0) return 0;
  replaced = list[length / 2];
  list[length / 2] = ReleaseHalfway;
  mprotect(from, bytes, PROT_READ);
  return 0;
}

__attribute__((constructor)) static void Initialise() {
  dlw_release_pages();
  dl_iterate_phdr(ReplaceInitialiser, nullptr);
}
`;
