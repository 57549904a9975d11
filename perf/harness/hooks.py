"""Mallocs and retains per exchange, by a library that is loaded before the program."""

import mmap
import os
import struct
import subprocess

from . import load
from .peers import Weir
from .process import CannotRun

SOURCE = os.path.join(os.path.dirname(__file__), "..", "hooks", "count.c")
THREADS = 256
ROW = struct.Struct("8Q")
NAMES = ("mallocs", "frees", "retains", "releases")

def build(folder):
    """The library, compiled anew: it is small."""
    library = os.path.join(folder, "count.so")
    command = ["cc", "-O2", "-shared", "-fPIC", "-Wall", "-o", library, SOURCE, "-ldl"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise CannotRun(f"the hooks do not compile: {done.stderr}")
    return library

class Counts:
    """The file in which the library counts."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "counts")
        with open(self.path, "wb") as file:
            file.truncate(ROW.size * (1 + THREADS))
        with open(self.path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 0)

    def read(self):
        """By thread id: how often each was called."""
        rows = {}
        for place in range(1, THREADS + 1):
            thread, *counts = ROW.unpack_from(self.memory, place * ROW.size)[:5]
            if thread:
                rows[thread] = dict(zip(NAMES, counts))
        return rows


def measure(binary, folder, cpus, upstream, everything=False, seconds=4):
    """Per exchange, over a whole run after a first one: of the workers, all and each."""
    counts = Counts(folder)
    env = {"LD_PRELOAD": build(folder), "WEIR_COUNTS": counts.path}
    name = "weir-with-everything" if everything else "weir-counted"
    weir = Weir(binary, folder, cpus[0], upstream, env, name, everything)
    try:
        load.wrk(weir.port, cpus[1], 2)
        before = counts.read()
        report = load.wrk(weir.port, cpus[1], seconds)
        after = counts.read()
        names = {thread: thread_name(weir.process.pid, thread) for thread in after}
    finally:
        weir.process.end()
    # The control plane has a life of its own; what an exchange costs is in the workers.
    workers = [thread for thread in after if names[thread].startswith("worker")]
    threads = {}
    for thread in workers or after:
        was = before.get(thread, dict.fromkeys(NAMES, 0))
        threads[f"{names[thread]} ({thread})"] = {
            name: after[thread][name] - was[name] for name in NAMES}
    totals = {name: sum(row[name] for row in threads.values()) for name in NAMES}
    return {
        "requests": report["requests"], "threads": threads,
        # A program that starts without any has its runtime linked in, where hooks do not see it.
        "sees_retains": any(row["retains"] for row in before.values()),
        "per_exchange": {name: totals[name] / report["requests"] for name in NAMES},
    }


def thread_name(pid, thread):
    try:
        with open(f"/proc/{pid}/task/{thread}/comm") as comm:
            return comm.read().strip()
    except OSError:
        return "gone"
