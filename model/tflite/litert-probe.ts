import { type ProbeCase, picturesPerCase } from "../../functions/inference/native/probe-cases.ts";
import { stepOf } from "../../functions/inference/native/probe-reference.ts";
import { type WrittenFile, type WrittenOperator, type WrittenTensor, writeTflite } from "./write-tflite.ts";

export const probeWeights = (test: ProbeCase): string => `${test.output}/weights`;

/**
 * Writes the probe's convolutions, without their weights, as a TFLite file. The inputs are pictures as bytes; the
 * outputs are sums, quantised to steps and converted to floats.
 */
export function toLitertProbe(cases: readonly ProbeCase[]): WrittenFile {
  const tensors: WrittenTensor[] = [];
  const operators: WrittenOperator[] = [];
  for (const test of cases) {
    const { input, output, size, window, stride, padding, inputs, outputs } = test;
    const shape = [picturesPerCase, ...size, inputs];
    const along = (axis: 0 | 1): number =>
      padding === "SAME"
        ? Math.ceil(size[axis] / stride[axis])
        : Math.floor((size[axis] - window[axis]) / stride[axis]) + 1;
    const sums = [picturesPerCase, along(0), along(1), outputs];
    const ones = new Float32Array(outputs).fill(1);
    const length = window[0] * window[1] * inputs * outputs;
    tensors.push(
      { name: input, shape, type: "uint8", scales: [1], zeroPoint: 0 },
      { name: `${input}/signed`, shape, type: "int8", scales: [1], zeroPoint: -128 },
      {
        name: probeWeights(test),
        shape: [outputs, ...window, inputs],
        type: "int8",
        scales: ones,
        zeroPoint: 0,
        data: new Uint8Array(length),
      },
      {
        name: `${output}/bias`,
        shape: [outputs],
        type: "int32",
        scales: ones,
        zeroPoint: 0,
        data: new Uint8Array(4 * outputs),
      },
      { name: `${output}/steps`, shape: sums, type: "int8", scales: [stepOf(test)], zeroPoint: 0 },
      { name: output, shape: sums, type: "float32", scales: [], zeroPoint: 0 },
    );
    operators.push(
      { op: "QUANTIZE", inputs: [input], output: `${input}/signed` },
      {
        op: "CONV_2D",
        inputs: [`${input}/signed`, probeWeights(test), `${output}/bias`],
        output: `${output}/steps`,
        options: { kind: "convolution", window: { padding, stride } },
      },
      { op: "DEQUANTIZE", inputs: [`${output}/steps`], output },
    );
  }
  return writeTflite({
    tensors,
    operators,
    inputs: cases.map(({ input }) => input),
    outputs: cases.map(({ output }) => output),
  });
}
