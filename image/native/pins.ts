import { addonVersion, tensorflowVersion } from "../../functions/inference/native/folder.ts";
import type { PackageSource } from "./npm-package.ts";

/** The sources from which native TensorFlow is built, each identified by its hash. */
export const addonSource: PackageSource = {
  package: "@tensorflow/tfjs-node",
  version: addonVersion,
  integrity: "sha512-uHrXeUlfgkMxTZqHkESSV7zSdKdV0LlsBeblqkuKU9nnfxB1pC6DtoyYVaLxznzZy7WQSegjcohxxCjAf6Dc7w==",
};

/** Headers of Node-API. Because the addon uses this stable interface, one build works with every Node version. */
export const headersSource: PackageSource = {
  package: "node-api-headers",
  version: "1.9.0",
  integrity: "sha512-2oNILP4jXwRB4ywnYKjVk1YyJ96n2D4EOVJO6S3oYZ5PtbJrw3Yt9TpAuX3nBLMuzn74rnfGQrv13pS9vC+YiA==",
};
export const nodeApiVersion = 8;

/** TensorFlow's official build on PyPI. The addon needs its libraries and C headers. */
export interface Wheel {
  readonly package: string;
  readonly version: string;
  readonly platform: string;
  readonly sha256: string;
  readonly megabytes: number;
}

const wheels: Readonly<Record<string, Wheel>> = {
  "linux-x64": {
    package: "tensorflow-cpu",
    version: tensorflowVersion,
    platform: "manylinux_2_27_x86_64",
    sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
    megabytes: 274,
  },
  "linux-arm64": {
    package: "tensorflow",
    version: tensorflowVersion,
    platform: "manylinux_2_27_aarch64",
    sha256: "4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c",
    megabytes: 270,
  },
};

export function wheelFor(platform: string = process.platform, architecture: string = process.arch): Wheel | undefined {
  return wheels[`${platform}-${architecture}`];
}

/** TensorFlow's libraries, which are stored next to the addon. */
export const libraryFiles = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"] as const;
