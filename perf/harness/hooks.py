"""Mallocs and retains per exchange, by a library that is loaded before the program."""

import mmap
import os
import struct

from . import exchanges
from .stage import Stage
from .tools import tool
from .weir import Weir

THREADS = 256
ROW = struct.Struct("8Q")
NAMES = ("mallocs", "frees", "retains", "releases", "library_mallocs")
# Two runs of different length on new connections: what they differ by is what exchanges cost,
# without handshakes and what a connection makes once.
WARM, FEW, MANY, CONNECTIONS = 1_000, 1_000, 6_000, 8


class Counts:
    """The file in which the library counts."""

    def __init__(self, folder, name):
        self.path = os.path.join(folder, f"{name}.counts")
        with open(self.path, "wb") as file:
            file.truncate(ROW.size * (1 + THREADS))
        with open(self.path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 0)

    def read(self):
        """By thread id: how often each was called."""
        rows = {}
        for place in range(1, THREADS + 1):
            thread, *counts = ROW.unpack_from(self.memory, place * ROW.size)[:6]
            if thread:
                rows[thread] = dict(zip(NAMES, counts))
        return rows


def thread_name(pid, thread):
    try:
        with open(f"/proc/{pid}/task/{thread}/comm") as comm:
            return comm.read().strip()
    except OSError:
        return "gone"


class Counted:
    """A gateway whose calls are counted."""

    def __init__(self, stage, name, everything=False):
        self.counts = Counts(stage.folder, name)
        env = {"LD_PRELOAD": tool("count.so"), "WEIR_COUNTS": self.counts.path}
        self.stage = stage
        self.weir = Weir(stage, env=env, name=name, everything=everything)
        stage.started.append(self.weir.process)

    def measure(self, exchange):
        """Per exchange, of the workers: the control plane has a life of its own."""
        exchange.load(self.stage, self.weir, WARM, CONNECTIONS)
        readings = [self.counts.read()]
        for count in (FEW, MANY):
            exchange.load(self.stage, self.weir, count, CONNECTIONS)
            readings.append(self.counts.read())
        few, many = (self.spent(*pair) for pair in zip(readings, readings[1:]))
        return {
            **{name: (many[name] - few[name]) / (MANY - FEW) for name in NAMES},
            # A program that starts without any has its runtime linked in, where hooks do not see.
            "sees_retains": any(row["retains"] for row in readings[0].values())}

    def spent(self, before, after):
        """The workers' calls between two readings."""
        pid = self.weir.process.pid
        workers = [thread for thread in after if thread_name(pid, thread).startswith("worker")]
        nothing = dict.fromkeys(NAMES, 0)
        return {
            name: sum(after[thread][name] - before.get(thread, nothing)[name]
                      for thread in workers or after) for name in NAMES}


def measure(options, say):
    """By kind of exchange; plain HTTP/1.1 also with all that may be asked of us besides."""
    result = {}
    for shape in exchanges.SHAPES:
        with Stage(options, shape, "ecdsa", say) as stage:
            counted = Counted(stage, "weir")
            for name, exchange in exchanges.of_shape(shape).items():
                say(f"hooks: {name}")
                result[name] = counted.measure(exchange)
            if shape == "http1":
                say("hooks: h1-everything")
                everything = Counted(stage, "weir-with-everything", everything=True)
                result["h1-everything"] = everything.measure(exchanges.KINDS["h1"])
    return result
