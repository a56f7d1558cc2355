import { describe, expect, it } from "vitest";
import { isOwnCppName } from "./bind-libraries.ts";

describe("a name that only TensorFlow can define", () => {
  it.each([
    ["a function of a namespace", "_ZN10tensorflow6ThreadC1Ev"],
    ["a constant function", "_ZNK4mlir9Operation7getNameEv"],
    ["a virtual table", "_ZTVN4llvm2cl3optE"],
    ["a static variable of a function", "_ZZN4absl5ClockEvE1x"],
    ["a guard", "_ZGVN4absl1xE"],
    ["a template of the standard library in a namespace", "_ZN3tsl14BlockingVectorISt6vectorIiSaIiEEEvv"],
  ])("is %s", (_what, name) => {
    expect(isOwnCppName(name)).toBe(true);
  });

  it.each([
    ["OpenSSL's, which is in C", "SSL_CTX_new"],
    ["the standard library's", "_ZNSt6vectorIiSaIiEE17_M_default_appendEm"],
    ["a constant member function of it", "_ZNKSt6vectorIiSaIiEE4sizeEv"],
    ["its types", "_ZTISt9exception"],
    ["a guard of it", "_ZGVNSt8numpunctIcE2idE"],
    ["operator new", "_Znwm"],
    ["operator delete", "_ZdlPv"],
    ["the compiler's own namespace", "_ZTVN10__cxxabiv117__class_type_infoE"],
    ["an extension", "_ZN9__gnu_cxx12__to_xstringIiEEvv"],
    ["a thunk", "_ZTv0_n24_NSt9basic_iosIcED1Ev"],
    ["a static variable", "_ZGVZNKSt6locale2idEvE1x"],
    ["its strings", "_ZNSs6appendEPKc"],
    ["a standard function without a nested name", "_ZSt4moveIRiEONSt16remove_referenceIT_E4typeEOS2_"],
  ])("is not %s", (_what, name) => {
    expect(isOwnCppName(name)).toBe(false);
  });
});
