"""Creates the static int8 form of an ONNX model with onnxruntime's own quantiser.

usage: quantise_onnx.py MODEL CALIBRATION_RGB TARGET
CALIBRATION_RGB is a file with the RGB bytes of 299 x 299 pictures, one after another.
"""

import sys

import numpy
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
import onnx


class Pictures(CalibrationDataReader):
    def __init__(self, name: str, file: str) -> None:
        pixels = numpy.fromfile(file, dtype=numpy.uint8).reshape(-1, 1, 299, 299, 3).astype(numpy.float32)
        self.feeds = iter([{name: picture} for picture in pixels])

    def get_next(self):
        return next(self.feeds, None)


def main(model: str, calibration: str, target: str) -> None:
    prepared = f"{target}.prepared.onnx"
    quant_pre_process(model, prepared, skip_symbolic_shape=True)
    name = onnx.load(prepared, load_external_data=False).graph.input[0].name
    quantize_static(
        prepared,
        target,
        Pictures(name, calibration),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
