import { expect, it } from "vitest";
import { layersOf } from "./layers.ts";

it("finds the instruction that copies a file", () => {
  const dockerfile = [
    "FROM x AS light",
    "COPY api ${ROOT}/api/",
    "FROM x AS big",
    "COPY --from=light /a /b",
    "COPY model/*.json model/*.bin ${ROOT}/model/",
  ].join("\n");
  expect(layersOf(dockerfile, ["api/handler.mjs", "model/labels.json", "model/int8/x.json", "Dockerfile"])).toEqual([
    { layer: "light: COPY api", files: ["api/handler.mjs"] },
    { layer: "big: COPY model/*.json model/*.bin", files: ["model/labels.json"] },
    { layer: "no COPY of the Dockerfile", files: ["model/int8/x.json", "Dockerfile"] },
  ]);
});
