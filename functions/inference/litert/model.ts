import { loadLitert } from "./library.ts";

/** A compiled TFLite model whose inputs are bytes and whose outputs are floats. */
export interface LitertModel {
  run(inputs: readonly { readonly bytes: Uint8Array; readonly shape: readonly number[] }[]): Promise<Float32Array[]>;
  close(): void;
}

/** @throws EngineUnavailable "no integer kernels" */
export async function compileLitert(file: Uint8Array): Promise<LitertModel> {
  const { Tensor, loadAndCompile } = await loadLitert();
  const model = await loadAndCompile(file, { accelerator: "wasm" });
  return {
    async run(inputs) {
      const given = inputs.map(({ bytes, shape }) => Tensor.fromTypedArray(new Uint8Array(bytes), [...shape]));
      try {
        const outputs = await model.run(given);
        return outputs.map((output) => {
          // Copied, because the values are in the library's memory, which `delete` frees.
          const values = Float32Array.from(output.toTypedArray());
          output.delete();
          return values;
        });
      } finally {
        for (const tensor of given) tensor.delete();
      }
    },
    close: () => model.delete(),
  };
}
