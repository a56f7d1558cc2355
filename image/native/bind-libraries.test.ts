import { describe, expect, it } from "vitest";
import { isCppName } from "./bind-libraries.ts";

describe("a name that only TensorFlow can define", () => {
  it.each([
    ["a function of a namespace", "_ZN10tensorflow6ThreadC1Ev"],
    ["a constant function", "_ZNK4mlir9Operation7getNameEv"],
    ["a virtual table", "_ZTVN4llvm2cl3optE"],
    ["a static variable of a function", "_ZZN4absl5ClockEvE1x"],
    ["a guard", "_ZGVN4absl1xE"],
    ["a template of the standard library in a namespace", "_ZN3tsl3fooISt6vectorIiSaIiEEEEvv"],
  ])("is %s", (_what, name) => {
    expect(isCppName(name)).toBe(true);
  });

  it.each([
    ["OpenSSL's, which is in C", "SSL_CTX_new"],
    ["the standard library's", "_ZNSt6vectorIiSaIiEE17_M_default_appendEm"],
    ["a constant one of it", "_ZNKSt6vectorIiSaIiEE4sizeEv"],
    ["its types", "_ZTISt9exception"],
    ["a guard of it", "_ZGVNSt8numpunctIcE2idE"],
    ["its strings", "_ZNSs6appendEPKc"],
    ["a function outside of all namespaces in it", "_ZSt4moveIRiEONSt16remove_referenceIT_E4typeEOS2_"],
  ])("is not %s", (_what, name) => {
    expect(isCppName(name)).toBe(false);
  });
});
