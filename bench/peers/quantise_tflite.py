"""Converts the model's uint8 TFLite file to the int8 form that is fastest with LiteRT: signed, with one scale per channel.

usage: quantise_tflite.py GRAPH TARGET
Every activation keeps its scale; its zero point moves by 128. A part of a concatenation gets the concatenation's scale if it is
the output of a convolution and is not used elsewhere; otherwise a QUANTIZE operator converts it. Input and output stay unsigned.
"""

import copy
import sys

import flatbuffers
import numpy
from ai_edge_litert import schema_py_generated as schema

Operator = schema.BuiltinOperator


class Graph:
    def __init__(self, file: str) -> None:
        content = bytearray(open(file, "rb").read())
        self.model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(content, 0))
        self.graph = self.model.subgraphs[0]
        self.tensors = self.graph.tensors
        self.quantise_code = None

    def kind(self, operator) -> int:
        code = self.model.operatorCodes[operator.opcodeIndex]
        return max(code.builtinCode, code.deprecatedBuiltinCode)

    def numbers(self, tensor, dtype):
        return numpy.frombuffer(bytes(self.model.buffers[tensor.buffer].data), dtype=dtype)

    def store(self, tensor, values, kind, scales) -> None:
        self.model.buffers[tensor.buffer].data = numpy.frombuffer(values.tobytes(), dtype=numpy.uint8)
        tensor.type = kind
        tensor.quantization = schema.QuantizationParametersT()
        tensor.quantization.scale = scales.astype(numpy.float32)
        tensor.quantization.zeroPoint = numpy.zeros(len(scales), dtype=numpy.int64)

    def weights(self, operator) -> None:
        source, filters, bias = (self.tensors[index] for index in operator.inputs[:3])
        scale, zero = filters.quantization.scale[0], filters.quantization.zeroPoint[0]
        real = (self.numbers(filters, numpy.uint8).astype(numpy.float64) - zero) * scale
        real = real.reshape(filters.shape)
        scales = numpy.maximum(numpy.abs(real).reshape(len(real), -1).max(axis=1), scale) / 127
        biases = self.numbers(bias, numpy.int32).astype(numpy.float64) * bias.quantization.scale[0]
        steps = scales * source.quantization.scale[0]
        self.store(filters, numpy.rint(real / scales[:, None, None, None]).astype(numpy.int8), schema.TensorType.INT8, scales)
        self.store(bias, numpy.rint(biases / steps).astype(numpy.int32), schema.TensorType.INT32, steps)

    def rescale(self, before, after) -> object:
        if self.quantise_code is None:
            code = schema.OperatorCodeT()
            code.builtinCode = code.deprecatedBuiltinCode = Operator.QUANTIZE
            code.version = 2
            self.model.operatorCodes.append(code)
            self.quantise_code = len(self.model.operatorCodes) - 1
        operator = schema.OperatorT()
        operator.opcodeIndex = self.quantise_code
        operator.builtinOptionsType = schema.BuiltinOptions.QuantizeOptions
        operator.builtinOptions = schema.QuantizeOptionsT()
        operator.inputs, operator.outputs = numpy.array([before], numpy.int32), numpy.array([after], numpy.int32)
        return operator

    def add(self, like, name: bytes, quantization, kind) -> int:
        tensor = copy.copy(like)
        tensor.name, tensor.quantization, tensor.type, tensor.buffer = name, copy.copy(quantization), kind, 0
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def concatenation(self, operator, makers, uses) -> list:
        joined, added, inputs = self.tensors[operator.outputs[0]], [], list(operator.inputs)
        for place, index in enumerate(inputs):
            part = self.tensors[index]
            if part.quantization.scale[0] == joined.quantization.scale[0]:
                continue
            maker = makers.get(index)
            if maker is not None and self.kind(maker) == Operator.CONV_2D and uses[index] == 1:
                part.quantization = copy.copy(joined.quantization)
                continue
            inputs[place] = self.add(part, part.name + b"_rescaled", joined.quantization, part.type)
            added.append(self.rescale(index, inputs[place]))
        operator.inputs = numpy.array(inputs, numpy.int32)
        return [*added, operator]

    def convert(self) -> bytes:
        graph = self.graph
        constants = {index for each in graph.operators if self.kind(each) == Operator.CONV_2D for index in each.inputs[1:3]}
        for each in graph.operators:
            if self.kind(each) == Operator.CONV_2D:
                self.weights(each)
        for index, tensor in enumerate(self.tensors):
            tensor.name = tensor.name if isinstance(tensor.name, bytes) else tensor.name.encode()
            if index not in constants and tensor.type == schema.TensorType.UINT8:
                zero = numpy.asarray(tensor.quantization.zeroPoint, numpy.int64) - 128
                scale = tensor.quantization.scale
                tensor.type, tensor.quantization = schema.TensorType.INT8, schema.QuantizationParametersT()
                tensor.quantization.scale, tensor.quantization.zeroPoint = scale, zero
        makers = {index: each for each in graph.operators for index in each.outputs}
        uses: dict = {}
        for each in graph.operators:
            for index in each.inputs:
                uses[index] = uses.get(index, 0) + 1
        operators = []
        for each in graph.operators:
            joins = self.kind(each) == Operator.CONCATENATION
            operators += self.concatenation(each, makers, uses) if joins else [each]
        graph.operators = operators
        self.edge("inputs", lambda outer, inner: operators.insert(0, self.rescale(outer, inner)))
        self.edge("outputs", lambda outer, inner: operators.append(self.rescale(inner, outer)))
        versions = {Operator.CONV_2D: 3, Operator.CONCATENATION: 2, Operator.AVERAGE_POOL_2D: 2, Operator.MAX_POOL_2D: 2}
        for code in self.model.operatorCodes:
            code.version = versions.get(max(code.builtinCode, code.deprecatedBuiltinCode), code.version)
        builder = flatbuffers.Builder(1 << 25)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def edge(self, which: str, connect) -> None:
        inner = int(getattr(self.graph, which)[0])
        tensor = self.tensors[inner]
        unsigned = copy.copy(tensor.quantization)
        unsigned.zeroPoint = numpy.asarray(unsigned.zeroPoint, numpy.int64) + 128
        outer = self.add(tensor, tensor.name + b"_unsigned", unsigned, schema.TensorType.UINT8)
        connect(outer, inner)
        setattr(self.graph, which, numpy.array([outer], numpy.int32))


if __name__ == "__main__":
    converted = Graph(sys.argv[1]).convert()
    open(sys.argv[2], "wb").write(converted)
