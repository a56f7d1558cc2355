import { addonFile } from "../../functions/inference/native/folder.ts";

/**
 * A small addon that loads the large one in a thread and returns at once, so that TensorFlow's libraries are loaded while
 * Node evaluates the function's modules. Whoever loads the large addon afterwards waits for the thread. If it cannot be
 * loaded, they get the error.
 *
 * Its one function, `runGraph`, opens a SavedModel, runs it once and closes it in one of Node's threads, where tfjs-node
 * would block JavaScript's thread. `functions/inference/native/graph-runner.ts` declares it.
 */
export const preloadAddonSource = `
#include <dlfcn.h>
#include <pthread.h>
#include <cstring>
#include <string>
#include <vector>
#include "node_api.h"
#include "tensorflow/c/c_api.h"

static std::string AddonFile() {
  Dl_info self;
  if (dladdr(reinterpret_cast<void*>(AddonFile), &self) == 0) return "";
  const std::string here(self.dli_fname);
  return here.substr(0, here.rfind('/') + 1) + "${addonFile}";
}

static void* Load(void*) {
  dlopen(AddonFile().c_str(), RTLD_LAZY);
  return nullptr;
}

struct Run {
  std::string directory, options;
  std::vector<std::string> inputs, shapes, pictures, outputs, results;
  std::string problem;
  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;
};

// This addon can be loaded before TensorFlow's libraries because it is not linked with them.
#define TENSORFLOW(name)                                                                \\
  const auto name = reinterpret_cast<decltype(&::name)>(dlsym(library, #name));          \\
  if (name == nullptr) {                                                                 \\
    run->problem = "TensorFlow's library has no " #name;                                 \\
    return;                                                                              \\
  }

extern "C" void dlw_release_pages();

static void RunGraph(napi_env, void* data) {
  Run* run = static_cast<Run*>(data);
  void* library = dlopen(AddonFile().c_str(), RTLD_LAZY);
  if (library == nullptr) {
    run->problem = dlerror();
    return;
  }
  TENSORFLOW(TF_NewStatus);
  TENSORFLOW(TF_DeleteStatus);
  TENSORFLOW(TF_GetCode);
  TENSORFLOW(TF_Message);
  TENSORFLOW(TF_NewGraph);
  TENSORFLOW(TF_DeleteGraph);
  TENSORFLOW(TF_NewSessionOptions);
  TENSORFLOW(TF_DeleteSessionOptions);
  TENSORFLOW(TF_SetConfig);
  TENSORFLOW(TF_LoadSessionFromSavedModel);
  TENSORFLOW(TF_DeleteSession);
  TENSORFLOW(TF_GraphOperationByName);
  TENSORFLOW(TF_AllocateTensor);
  TENSORFLOW(TF_DeleteTensor);
  TENSORFLOW(TF_TensorData);
  TENSORFLOW(TF_TensorByteSize);
  TENSORFLOW(TF_TensorType);
  TENSORFLOW(TF_SessionRun);
  TENSORFLOW(dlw_release_pages);

  TF_Status* status = TF_NewStatus();
  TF_Graph* graph = TF_NewGraph();
  TF_SessionOptions* options = TF_NewSessionOptions();
  TF_SetConfig(options, run->options.data(), run->options.size(), status);
  const char* const tags[] = {"serve"};
  TF_Session* session = nullptr;
  if (TF_GetCode(status) == TF_OK) {
    session = TF_LoadSessionFromSavedModel(options, nullptr, run->directory.c_str(), tags, 1, graph, nullptr, status);
  }
  if (session != nullptr) {
    const auto output = [&](const std::string& name) {
      TF_Operation* operation = TF_GraphOperationByName(graph, name.c_str());
      if (operation == nullptr) run->problem = "The graph has no operation " + name;
      return TF_Output{operation, 0};
    };
    std::vector<TF_Output> fed, fetched;
    std::vector<TF_Tensor*> given, results(run->outputs.size(), nullptr);
    for (size_t at = 0; at < run->inputs.size(); ++at) {
      const std::string& bytes = run->pictures[at];
      std::vector<int64_t> shape(run->shapes[at].size() / sizeof(int64_t));
      std::memcpy(shape.data(), run->shapes[at].data(), shape.size() * sizeof(int64_t));
      size_t size = 1;
      for (const int64_t length : shape) size *= static_cast<size_t>(length);
      if (size != bytes.size()) {
        run->problem = "The bytes of " + run->inputs[at] + " do not fit its shape";
        break;
      }
      TF_Tensor* tensor = TF_AllocateTensor(TF_UINT8, shape.data(), static_cast<int>(shape.size()), size);
      if (tensor == nullptr) {
        run->problem = "There is no memory for " + run->inputs[at];
        break;
      }
      std::memcpy(TF_TensorData(tensor), bytes.data(), size);
      fed.push_back(output(run->inputs[at]));
      given.push_back(tensor);
    }
    for (const std::string& name : run->outputs) fetched.push_back(output(name));
    if (run->problem.empty()) {
      TF_SessionRun(session, nullptr, fed.data(), given.data(), static_cast<int>(fed.size()), fetched.data(),
                    results.data(), static_cast<int>(fetched.size()), nullptr, 0, nullptr, status);
      if (TF_GetCode(status) != TF_OK) run->problem = TF_Message(status);
    }
    for (TF_Tensor* tensor : results) {
      if (tensor == nullptr) continue;
      if (TF_TensorType(tensor) != TF_INT32) run->problem = "An output has no 32-bit integers";
      run->results.emplace_back(static_cast<const char*>(TF_TensorData(tensor)), TF_TensorByteSize(tensor));
      TF_DeleteTensor(tensor);
    }
    for (TF_Tensor* tensor : given) TF_DeleteTensor(tensor);
    TF_DeleteSession(session, status);
  } else {
    run->problem = TF_Message(status);
  }
  TF_DeleteSessionOptions(options);
  TF_DeleteGraph(graph);
  TF_DeleteStatus(status);
  dlw_release_pages();
}

static void Settle(napi_env env, napi_status status, void* data) {
  Run* run = static_cast<Run*>(data);
  if (status != napi_ok && run->problem.empty()) run->problem = "The run was cancelled";
  if (run->problem.empty()) {
    napi_value list;
    napi_create_array_with_length(env, run->results.size(), &list);
    for (size_t at = 0; at < run->results.size(); ++at) {
      void* bytes = nullptr;
      napi_value buffer;
      napi_create_arraybuffer(env, run->results[at].size(), &bytes, &buffer);
      std::memcpy(bytes, run->results[at].data(), run->results[at].size());
      napi_set_element(env, list, at, buffer);
    }
    napi_resolve_deferred(env, run->deferred, list);
  } else {
    napi_value text, error;
    napi_create_string_utf8(env, run->problem.c_str(), NAPI_AUTO_LENGTH, &text);
    napi_create_error(env, nullptr, text, &error);
    napi_reject_deferred(env, run->deferred, error);
  }
  napi_delete_async_work(env, run->work);
  delete run;
}

// The readers of parameters append what they read, and return whether it has the type that they expect.
static bool ReadText(napi_env env, napi_value value, std::vector<std::string>* all) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) return false;
  std::string text(length, 0);
  if (napi_get_value_string_utf8(env, value, &text[0], length + 1, &length) != napi_ok) return false;
  all->push_back(text);
  return true;
}

static bool ReadBytes(napi_env env, napi_value value, std::vector<std::string>* all) {
  size_t length = 0, offset = 0;
  void* start = nullptr;
  napi_typedarray_type type = napi_uint8_array;
  napi_value buffer;
  if (napi_get_typedarray_info(env, value, &type, &length, &start, &buffer, &offset) != napi_ok) return false;
  if (type == napi_bigint64_array) length *= sizeof(int64_t);
  all->emplace_back(static_cast<const char*>(start), length);
  return true;
}

static bool ReadAll(napi_env env, napi_value list, bool (*read)(napi_env, napi_value, std::vector<std::string>*),
                    std::vector<std::string>* all) {
  uint32_t length = 0;
  if (napi_get_array_length(env, list, &length) != napi_ok) return false;
  for (uint32_t at = 0; at < length; ++at) {
    napi_value value;
    if (napi_get_element(env, list, at, &value) != napi_ok || !read(env, value, all)) return false;
  }
  return true;
}

static napi_value Start(napi_env env, napi_callback_info info) {
  napi_value given[6], promise, name;
  size_t count = 6;
  Run* run = new Run();
  std::vector<std::string> single;
  const bool valid = napi_get_cb_info(env, info, &count, given, nullptr, nullptr) == napi_ok && count == 6 &&
                     ReadText(env, given[0], &single) && ReadBytes(env, given[1], &single) &&
                     ReadAll(env, given[2], ReadText, &run->inputs) && ReadAll(env, given[3], ReadBytes, &run->shapes) &&
                     ReadAll(env, given[4], ReadBytes, &run->pictures) && ReadAll(env, given[5], ReadText, &run->outputs) &&
                     run->shapes.size() == run->inputs.size() && run->pictures.size() == run->inputs.size();
  if (!valid) {
    delete run;
    napi_throw_type_error(env, nullptr, "runGraph(directory, options, inputs, shapes, bytes, outputs): a value has another type");
    return nullptr;
  }
  run->directory = single[0];
  run->options = single[1];
  napi_create_string_utf8(env, "runGraph", NAPI_AUTO_LENGTH, &name);
  if (napi_create_async_work(env, nullptr, name, RunGraph, Settle, run, &run->work) != napi_ok ||
      napi_create_promise(env, &run->deferred, &promise) != napi_ok ||
      napi_queue_async_work(env, run->work) != napi_ok) {
    delete run;
    napi_throw_error(env, nullptr, "Node cannot start the run in another thread");
    return nullptr;
  }
  return promise;
}

NAPI_MODULE_INIT() {
  pthread_t thread;
  if (pthread_create(&thread, nullptr, Load, nullptr) == 0) pthread_detach(thread);
  napi_value function;
  napi_create_function(env, "runGraph", NAPI_AUTO_LENGTH, Start, nullptr, &function);
  napi_set_named_property(env, exports, "runGraph", function);
  return exports;
}
`;
