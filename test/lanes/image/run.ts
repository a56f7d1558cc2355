import { Verdict } from "../support/verdict.ts";
import { buildBase, runtimeBase } from "./bases.ts";
import { buildTargets } from "./build.ts";
import { Buildah } from "./buildah.ts";
import { judgeImage, judgeWithoutModel } from "./contents.ts";
import { judgeInvocations } from "./invoke.ts";

/**
 * functions/Dockerfile built for real from the staged contexts, on stand-ins for AWS's base, and the built images invoked
 * through AWS's own runtime client. The default bases of the Dockerfile are AWS's, which only a container registry has.
 */
const verdict = new Verdict();
const buildah = await Buildah.open();
try {
  await buildah.fromTar("runtime-base", await runtimeBase(), [
    "ENV LANG=C.UTF-8 TZ=:/etc/localtime PATH=/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin",
    "ENV LD_LIBRARY_PATH=/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
    "ENV LAMBDA_TASK_ROOT=/var/task LAMBDA_RUNTIME_DIR=/var/runtime",
    "WORKDIR /var/task",
    'ENTRYPOINT ["/lambda-entrypoint.sh"]',
  ]);
  const trust = "/etc/ssl/certs/ca-certificates.crt";
  await buildah.fromTar("build-base", await buildBase(), [
    `ENV NODE_EXTRA_CA_CERTS=${trust} NPM_CONFIG_CAFILE=${trust} PIP_CERT=${trust} SSL_CERT_FILE=${trust}`,
    "ENV PATH=/usr/local/bin:/usr/bin:/bin LAMBDA_TASK_ROOT=/var/task",
  ]);
  for (const built of await buildTargets(verdict, buildah)) {
    await judgeImage(verdict, buildah, built);
    await judgeInvocations(verdict, buildah, built);
    if (built.target === "classify") await judgeWithoutModel(verdict, buildah);
  }
} finally {
  await buildah.close();
}
verdict.close();
