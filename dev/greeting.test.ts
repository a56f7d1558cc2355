import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { greeting } from "./greeting.ts";

const graph = {
  region: "us-east-1",
  restApis: [{ apiKeys: [{ enabled: true, value: "k".repeat(32) }] }],
  objects: [{ key: "samples/labrador.jpg", bucket: "photos" }],
  functions: [{ name: "f", command: ["classify/handler.handler"] }],
};
const options = {
  url: "http://localhost:8081",
  operator: { accessKeyId: "AKIA", secretAccessKey: "secret" },
  graph: graph as unknown as Parameters<typeof greeting>[0]["graph"],
  engine: 'native: TensorFlow runs "my-own-model" in float32: it loads and gives the golden predictions.',
  dataDir: "/projects/a/.data",
  isDefaultData: true,
  nodes: [{ wanted: 22, used: { file: "/opt/node22", version: "22.1.0" } }],
  columns: undefined,
  capacity: {
    machine: { cores: 2, memoryMb: 8_000 },
    functions: [{ name: "f", memorySizeMb: 3_008, concurrency: 2, sandboxes: 0, running: 0, waiting: 0 }],
  },
};

describe("the greeting", () => {
  it("says what runs, where its data is, how to classify, and which other options there are", () => {
    const text = greeting(options);
    expect(text).toContain('Engine:   native: TensorFlow runs "my-own-model"');
    expect(text).toContain("Sandbox:  Node 22.1.0 (/opt/node22), the major version of the image");
    expect(text).toContain("Data:     /projects/a/.data");
    expect(text).toContain("npm start -- --help");
    expect(text).toContain("  npm run classify -- http://localhost:8081/samples/labrador.jpg\n");
    expect(text).toContain("  npm run classify -- photo.jpg folder/ https://…");
    expect(text).toContain("export AWS_ENDPOINT_URL=http://localhost:8081");
  });

  it("leads the client to a data folder that it would not look into", () => {
    expect(greeting({ ...options, isDefaultData: false })).toContain(
      '  npm run classify -- --data "/projects/a/.data" photo.jpg folder/ https://…',
    );
  });

  it.each([80, 40])("breaks its sentences within %i columns, and no line that is to be pasted", (columns) => {
    const whole = greeting(options).split("\n");
    const lines = greeting({ ...options, columns }).split("\n");
    for (const line of lines.filter((each) => !whole.includes(each))) {
      expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    }
    for (const line of whole.filter((each) => each.startsWith("  "))) expect(lines).toContain(line);
  });
});
