"""Counts the pieces of files that a program reads when it starts from an empty page cache.

Reads {"files": [path, ...], "command": [program, argument, ...]} from standard input. Evicts the files from the page cache with
posix_fadvise, runs the command, determines with mincore which pages are cached, and prints {"left", "files": [{"file", "pieces",
"of"}, ...], "readAhead"}. A piece has 512 KiB, the unit in which AWS Lambda loads a container image. The kernel's read-ahead counts as read.
"""

import ctypes
import json
import mmap
import os
import subprocess
import sys

PIECE = 512 * 1024
PAGE = os.sysconf("SC_PAGESIZE")
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
libc.mincore.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p]


def evict(file: str) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        # Pages that are not written yet would stay.
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def pieces(file: str) -> int:
    size = os.path.getsize(file)
    if size == 0:
        return 0
    descriptor = os.open(file, os.O_RDONLY)
    try:
        address = libc.mmap(None, size, mmap.PROT_READ, mmap.MAP_SHARED, descriptor, 0)
        count = (size + PAGE - 1) // PAGE
        present = ctypes.create_string_buffer(count)
        if libc.mincore(address, size, present) != 0:
            raise OSError(ctypes.get_errno(), f"mincore of {file}")
        libc.munmap(address, size)
    finally:
        os.close(descriptor)
    step = PIECE // PAGE
    return sum(any(byte & 1 for byte in present.raw[at : at + step]) for at in range(0, count, step))


def read_ahead(file: str) -> str:
    """How much the kernel reads beyond what was asked for, on the disk that has the file."""
    device = os.stat(file).st_dev
    try:
        with open(f"/sys/class/bdi/{os.major(device)}:{os.minor(device)}/read_ahead_kb") as size:
            return f"{size.read().strip()} KiB"
    except FileNotFoundError:
        return "an unknown size"


def main() -> None:
    task = json.load(sys.stdin)
    for file in task["files"]:
        evict(file)
    # Pages that another process has mapped cannot be evicted, and would count as read.
    left = sum(pieces(file) for file in task["files"])
    subprocess.run(task["command"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = [
        {"file": file, "pieces": pieces(file), "of": (os.path.getsize(file) + PIECE - 1) // PIECE}
        for file in task["files"]
    ]
    print(json.dumps({"left": left, "files": found, "readAhead": read_ahead(task["files"][0])}))


if __name__ == "__main__":
    main()
