"""Builds the model that a Python team would deploy from the same weights: a SavedModel with the weights as variables.

usage: saved_model.py MODEL_FOLDER OUTPUT_FOLDER
MODEL_FOLDER contains the TF.js graph model (model.json, weights.bin). Its topology is a GraphDef; its weights are uint8
with a scale and a minimum, or float32.
"""

import json
import pathlib
import sys

import numpy
import tensorflow as tf
from google.protobuf import json_format


def weights_of(folder: pathlib.Path, manifest: list) -> dict:
    """The float32 (or integer) values of each weight, by name."""
    found = {}
    for group in manifest:
        data = b"".join((folder / path).read_bytes() for path in group["paths"])
        offset = 0
        for weight in group["weights"]:
            quantization = weight.get("quantization")
            stored = numpy.dtype(quantization["dtype"] if quantization else weight["dtype"])
            count = int(numpy.prod(weight["shape"], dtype=numpy.int64))
            values = numpy.frombuffer(data, stored, count, offset).reshape(weight["shape"])
            offset += values.nbytes
            if quantization:
                values = values.astype(numpy.float32) * quantization["scale"] + quantization["min"]
            found[weight["name"]] = values.astype(weight["dtype"])
    return found


def unfused(graph):
    """Splits each _FusedConv2D into Conv2D, BiasAdd and Relu. TensorFlow fuses them again by itself."""
    plain = tf.compat.v1.GraphDef()
    for node in graph.node:
        if node.op != "_FusedConv2D":
            plain.node.add().CopyFrom(node)
            continue
        steps = [name.decode() for name in node.attr["fused_ops"].list.s]
        convolution = plain.node.add(op="Conv2D", name=f"{node.name}/conv", input=node.input[:2])
        for key in ("T", "strides", "padding", "dilations"):
            if key in node.attr:
                convolution.attr[key].CopyFrom(node.attr[key])
        last = convolution
        for position, step in enumerate(steps):
            name = node.name if position == len(steps) - 1 else f"{node.name}/{step}"
            inputs = [last.name, node.input[2]] if step == "BiasAdd" else [last.name]
            last = plain.node.add(op=step, name=name, input=inputs)
            last.attr["T"].CopyFrom(node.attr["T"])
    return plain


def main(source: str, target: str) -> None:
    folder = pathlib.Path(source)
    model = json.loads((folder / "model.json").read_text())
    graph = json_format.ParseDict(model["modelTopology"], tf.compat.v1.GraphDef(), ignore_unknown_fields=True)
    graph = unfused(graph)
    weights = weights_of(folder, model["weightsManifest"])
    for node in graph.node:
        if node.name in weights:
            node.op = "Placeholder"
            node.attr["shape"].Clear()
    inputs = [node.name for node in graph.node if node.op == "Placeholder" and node.name not in weights]
    consumed = {name.split(":")[0] for node in graph.node for name in node.input}
    (output,) = [node.name for node in graph.node if node.name not in consumed and node.name not in weights]

    module = tf.Module()
    module.weights = {name.replace("/", "_"): tf.Variable(values) for name, values in weights.items()}

    @tf.function(input_signature=[tf.TensorSpec([None, 299, 299, 3], tf.float32)])
    def classify(images):
        filled = {f"{name}:0": module.weights[name.replace("/", "_")].read_value() for name in weights}
        (logits,) = tf.graph_util.import_graph_def(
            graph, input_map={f"{inputs[0]}:0": images, **filled}, return_elements=[f"{output}:0"], name=""
        )
        return tf.nn.softmax(tf.reshape(logits, [tf.shape(images)[0], -1]))

    module.classify = classify
    tf.saved_model.save(module, target, signatures=classify)


if __name__ == "__main__":
    main(*sys.argv[1:])
