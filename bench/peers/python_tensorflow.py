"""Python TensorFlow, as a team would run it: decode, resize to 299 x 299, classify.

usage: python_tensorflow.py SAVED_MODEL MODEL_FOLDER PHOTO RUNS BATCH
Prints one JSON object per line: {"label", "ms"} when the first label is known (ms since the start of the process), then
{"warm": [ms, ...]} for RUNS further calls with BATCH copies of the photo, {"infer": [ms, ...]} for RUNS calls with one photo
that is already decoded, then {"peakMb"}.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf  # noqa: E402


def since_start() -> float:
    """Milliseconds since the start of this process, according to the kernel's clock."""
    ticks = int(open("/proc/self/stat").read().rsplit(")", 1)[1].split()[19])
    return (time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")) * 1000


def peak_mb() -> float:
    """Megabytes of this process at its peak. ru_maxrss would include the process that started this one."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024


def main(saved_model: str, folder: str, photo: str, runs: str, batch: str) -> None:
    labels = json.load(open(f"{folder}/labels.json"))
    scaling = json.load(open(f"{folder}/classifier.json"))
    classify = tf.saved_model.load(saved_model).signatures["serving_default"]

    def prepare(count: int):
        pixels = []
        for _ in range(count):
            image = tf.io.decode_image(tf.io.read_file(photo), channels=3, expand_animations=False)
            pixels.append(tf.image.resize(image, [299, 299], method="bilinear", antialias=True))
        return tf.stack(pixels) * scaling["scale"] + scaling["offset"]

    def infer(images):
        return next(iter(classify(images).values())).numpy()

    def run(count: int):
        return infer(prepare(count))

    def timed(call):
        taken = []
        for attempt in range(int(runs) + 1):
            began = time.perf_counter()
            call()
            if attempt > 0:  # the first of a batch size traces the graph anew
                taken.append((time.perf_counter() - began) * 1000)
        return taken

    first = run(1)
    print(json.dumps({"label": labels[int(first[0].argmax())], "ms": since_start()}), flush=True)
    print(json.dumps({"warm": timed(lambda: run(int(batch)))}))
    ready = prepare(1)
    print(json.dumps({"infer": timed(lambda: infer(ready))}))
    print(json.dumps({"peakMb": peak_mb()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
