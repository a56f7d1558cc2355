import { describe, expect, test } from "vitest";
import { functionDefinitions } from "../../../contract/functions.ts";
import { opened } from "../support/opened.ts";
import { buildBase, runtimeBase } from "./bases.ts";
import { buildStage, stagedContexts } from "./build.ts";
import { Buildah } from "./buildah.ts";
import { taskRoot, testImage } from "./contents.ts";
import { testClassify, testMessage } from "./invoke.ts";

/**
 * Builds image/Dockerfile from the staged contexts on substitutes for AWS's base, and invokes the built images through
 * AWS's own runtime client. The Dockerfile's default bases are AWS's images, which are available only from a container
 * registry.
 */
const buildah = opened(openBases, (each) => each.close());
const contexts = opened(stagedContexts);

describe.each([...new Set(Object.values(functionDefinitions).map(({ target }) => target))])("%s", (target) => {
  test("builds from its staged context", () => buildStage(buildah(), target, contexts()[target]));

  if (target === "classify") {
    // By now, the self-check and all other layers have been built.
    test("builds without the model too", () => buildStage(buildah(), "classify-bucket", contexts()[target]));
  }

  // A `describe` opens its resources when it begins, so the image has been built by then.
  describe("built", () => testImage(buildah, target, () => contexts()[target]));

  if (target === "classify") testClassify(buildah);
  else testMessage(buildah);
});

test("classify-bucket is classify without the model", async ({ annotate }) => {
  const [whole, without] = [await taskRoot(buildah(), "classify"), await taskRoot(buildah(), "classify-bucket")];
  const expected = whole.filter((file) => file !== "model" && !file.startsWith("model/"));
  expect(expected.length, "classify carries a model").toBeLessThan(whole.length);
  expect(without).toEqual(expected);
  const [more = 0, less = 0] = await Promise.all(
    ["classify", "classify-bucket"].map(async (name) =>
      (await buildah().inspect(name)).manifest.layers.reduce((bytes, { size }) => bytes + size, 0),
    ),
  );
  await annotate(`${((more - less) / 1e6).toFixed(1)} MB less`);
});

async function openBases(): Promise<Buildah> {
  const opening = await Buildah.open();
  await opening.fromTar("runtime-base", await runtimeBase(), [
    "ENV LANG=C.UTF-8 TZ=:/etc/localtime PATH=/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin",
    "ENV LD_LIBRARY_PATH=/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
    "ENV LAMBDA_TASK_ROOT=/var/task LAMBDA_RUNTIME_DIR=/var/runtime",
    "WORKDIR /var/task",
    'ENTRYPOINT ["/lambda-entrypoint.sh"]',
  ]);
  const trust = "/etc/ssl/certs/ca-certificates.crt";
  await opening.fromTar("build-base", await buildBase(), [
    `ENV NODE_EXTRA_CA_CERTS=${trust} NPM_CONFIG_CAFILE=${trust} PIP_CERT=${trust} SSL_CERT_FILE=${trust}`,
    "ENV PATH=/usr/local/bin:/usr/bin:/bin LAMBDA_TASK_ROOT=/var/task",
  ]);
  return opening;
}
