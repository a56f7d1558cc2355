"""LiteRT in Python with two threads, as a team would run it: Pillow decodes and resizes, the interpreter classifies.

usage: litert.py TFLITE MODEL_FOLDER PHOTO RUNS; prints the same lines as python_tensorflow.py.
"""

import json
import os
import sys
import time

import numpy
from ai_edge_litert.interpreter import Interpreter
from PIL import Image


def since_start() -> float:
    """Milliseconds since the start of this process, according to the kernel's clock."""
    ticks = int(open("/proc/self/stat").read().rsplit(")", 1)[1].split()[19])
    return (time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")) * 1000


def peak_mb() -> float:
    """Megabytes of this process at its peak. ru_maxrss would include the process that started this one."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024


def main(model: str, folder: str, photo: str, runs: str) -> None:
    labels = json.load(open(f"{folder}/labels.json"))
    interpreter = Interpreter(model_path=model, num_threads=2)
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]

    def prepare():
        with Image.open(photo) as image:
            image.draft("RGB", (299, 299))
            small = image.convert("RGB").resize((299, 299), Image.Resampling.BICUBIC)
        return numpy.asarray(small, numpy.uint8)[None]

    def infer(pixels):
        interpreter.set_tensor(source, pixels)
        interpreter.invoke()
        return interpreter.get_tensor(target)

    def timed(call):
        taken = []
        for attempt in range(int(runs) + 1):
            began = time.perf_counter()
            call()
            if attempt > 0:
                taken.append((time.perf_counter() - began) * 1000)
        return taken

    first = infer(prepare())
    print(json.dumps({"label": labels[int(first[0].argmax())], "ms": since_start()}), flush=True)
    print(json.dumps({"warm": timed(lambda: infer(prepare()))}))
    ready = prepare()
    print(json.dumps({"infer": timed(lambda: infer(ready))}))
    print(json.dumps({"peakMb": peak_mb()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
