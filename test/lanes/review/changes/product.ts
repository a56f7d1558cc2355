import { type Change, change, replace, set } from "./change.ts";

export const product: readonly Change[] = [
  change(
    "a handler's code",
    "low",
    replace("functions/reduce/handler.ts", "export", 'console.error("reduce is loaded");\nexport'),
    /image.*light.*rebuilt.*functions\/reduce/,
  ),
  change(
    "a dependency of classify is updated",
    "low",
    (workspace) =>
      workspace.json("image/package.json", (manifest: { dependencies: Record<string, string> }) => {
        manifest.dependencies["sharp"] = "0.35.99";
      }),
    /classify.*rebuilt.*sharp.*0\.35\.99/,
  ),
  change(
    "the Dockerfile",
    "low",
    (workspace) =>
      workspace.write(
        "image/Dockerfile",
        workspace.read("image/Dockerfile").replaceAll("lambda/nodejs:22", "lambda/nodejs:24"),
      ),
    /image.*rebuilt.*Dockerfile/,
  ),
  change(
    "a route is removed",
    "high",
    replace("functions/api", /\n {2}"POST \/uploads": \{\n {4}summary[\s\S]*?\n {2}\},/, ""),
    /POST \/uploads.*removed/,
  ),
  change(
    "a response's field is optional",
    "high",
    replace("contract", "startedAt: z.string(),", "startedAt: z.string().optional(),"),
    /startedAt.*optional/,
  ),
  change(
    "a request's field is required",
    "high",
    replace("contract", /topK: TopK\.default\(apiLimits\.defaultTopK\)/, "topK: TopK"),
    /topK.*required/,
  ),
  change(
    "the words of the API's description",
    "low",
    replace("functions/api/openapi.ts", "Status of an execution, with", "The state of an execution, with"),
    /the description of the API changed in.*check by hand/,
  ),
  change(
    "a secret setting",
    "low",
    (workspace) => {
      const file = "Pulumi.dev.yaml";
      const setting = "  deep-learning-workflow:webhookSecret:\n    secure: v1:AAAA\n";
      workspace.write(file, `${workspace.read(file).trimEnd()}\n${setting}`);
    },
    /secret setting `webhookSecret` is set/,
  ),
  change("the precision", "low", set("inferencePrecision", "float32"), /precision.*auto.*float32/),
];
