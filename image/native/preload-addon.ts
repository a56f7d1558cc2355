import { addonFile } from "../../functions/inference/native/folder.ts";

/**
 * A small addon that loads the large one in a thread and returns at once, so that TensorFlow's libraries are loaded while
 * Node evaluates the function's modules. Whoever loads the large addon afterwards waits for the thread. If it cannot be
 * loaded, they get the error.
 *
 * Its one function, `runGraph`, opens a SavedModel, runs it once and closes it in one of Node's threads, where tfjs-node
 * would block the thread of JavaScript. `functions/inference/native/background.ts` declares it.
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
#define TENSORFLOW(name) const auto name = reinterpret_cast<decltype(&::name)>(dlsym(library, #name))

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
  TENSORFLOW(TF_SessionRun);

  TF_Status* status = TF_NewStatus();
  TF_Graph* graph = TF_NewGraph();
  TF_SessionOptions* options = TF_NewSessionOptions();
  TF_SetConfig(options, run->options.data(), run->options.size(), status);
  const char* const tags[] = {"serve"};
  TF_Session* session =
      TF_LoadSessionFromSavedModel(options, nullptr, run->directory.c_str(), tags, 1, graph, nullptr, status);
  if (TF_GetCode(status) == TF_OK) {
    const auto output = [&](const std::string& name) {
      TF_Operation* operation = TF_GraphOperationByName(graph, name.c_str());
      if (operation == nullptr) run->problem = "The graph has no operation " + name;
      return TF_Output{operation, 0};
    };
    std::vector<TF_Output> fed, fetched;
    std::vector<TF_Tensor*> given, results(run->outputs.size(), nullptr);
    for (size_t at = 0; at < run->inputs.size(); ++at) {
      const std::string &shape = run->shapes[at], &bytes = run->pictures[at];
      fed.push_back(output(run->inputs[at]));
      given.push_back(TF_AllocateTensor(TF_UINT8, reinterpret_cast<const int64_t*>(shape.data()),
                                        static_cast<int>(shape.size() / sizeof(int64_t)), bytes.size()));
      std::memcpy(TF_TensorData(given.back()), bytes.data(), bytes.size());
    }
    for (const std::string& name : run->outputs) fetched.push_back(output(name));
    if (run->problem.empty()) {
      TF_SessionRun(session, nullptr, fed.data(), given.data(), static_cast<int>(fed.size()), fetched.data(),
                    results.data(), static_cast<int>(fetched.size()), nullptr, 0, nullptr, status);
      if (TF_GetCode(status) != TF_OK) run->problem = TF_Message(status);
    }
    for (TF_Tensor* tensor : results) {
      if (tensor == nullptr) continue;
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
  reinterpret_cast<void (*)()>(dlsym(library, "dlw_release_pages"))();
}

static void Settle(napi_env env, napi_status, void* data) {
  Run* run = static_cast<Run*>(data);
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

static std::string TextOf(napi_env env, napi_value value) {
  size_t length = 0;
  napi_get_value_string_utf8(env, value, nullptr, 0, &length);
  std::string text(length, 0);
  napi_get_value_string_utf8(env, value, &text[0], length + 1, &length);
  return text;
}

static std::string BytesOf(napi_env env, napi_value value) {
  size_t length = 0, offset = 0;
  void* start = nullptr;
  napi_typedarray_type type;
  napi_value buffer;
  napi_get_typedarray_info(env, value, &type, &length, &start, &buffer, &offset);
  if (type == napi_bigint64_array) length *= sizeof(int64_t);
  return std::string(static_cast<const char*>(start), length);
}

static std::vector<std::string> Each(napi_env env, napi_value list, std::string (*read)(napi_env, napi_value)) {
  uint32_t length = 0;
  napi_get_array_length(env, list, &length);
  std::vector<std::string> all;
  for (uint32_t at = 0; at < length; ++at) {
    napi_value value;
    napi_get_element(env, list, at, &value);
    all.push_back(read(env, value));
  }
  return all;
}

static napi_value Start(napi_env env, napi_callback_info info) {
  napi_value given[6], promise, name;
  size_t count = 6;
  napi_get_cb_info(env, info, &count, given, nullptr, nullptr);
  Run* run = new Run{TextOf(env, given[0]),          BytesOf(env, given[1]),         Each(env, given[2], TextOf),
                     Each(env, given[3], BytesOf), Each(env, given[4], BytesOf), Each(env, given[5], TextOf)};
  napi_create_promise(env, &run->deferred, &promise);
  napi_create_string_utf8(env, "runGraph", NAPI_AUTO_LENGTH, &name);
  napi_create_async_work(env, nullptr, name, RunGraph, Settle, run, &run->work);
  napi_queue_async_work(env, run->work);
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
