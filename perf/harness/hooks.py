"""Mallocs and retains per exchange, by a library that is loaded before the program."""

import mmap
import os
import struct

from . import exchanges
from .process import CannotRun
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


class Counted:
    """A gateway whose calls are counted."""

    def __init__(self, stage, everything=False):
        self.counts = Counts(stage.folder, "weir")
        env = {"LD_PRELOAD": tool("count.so"), "WEIR_COUNTS": self.counts.path}
        self.weir = Weir(stage, env=env, everything=everything)
        stage.started.append(self.weir.process)

    def measure(self, stage, exchange):
        """Per exchange, of the workers: the control plane has a life of its own."""
        warm, few, many = exchange.fewer(WARM, FEW, MANY)
        exchange.load(stage, self.weir, warm, CONNECTIONS)
        readings = [self.counts.read()]
        for count in (few, many):
            exchange.load(stage, self.weir, count, CONNECTIONS)
            readings.append(self.counts.read())
        of_few, of_many = (self.spent(*pair) for pair in zip(readings, readings[1:]))
        return {
            **{name: (of_many[name] - of_few[name]) / (many - few) for name in NAMES},
            # A program that starts without any has its runtime linked in, where hooks do not see.
            "sees_retains": any(row["retains"] for row in readings[0].values())}

    def spent(self, before, after):
        """The workers' calls between two readings."""
        nothing = dict.fromkeys(NAMES, 0)
        workers = self.weir.workers()
        if not workers.keys() & after.keys():
            raise CannotRun("hooks: nothing is counted of any worker")
        return {
            name: sum(after[thread][name] - before.get(thread, nothing)[name]
                      for thread in after.keys() & workers.keys()) for name in NAMES}


def measure(options, say):
    """By kind of exchange."""
    return exchanges.measure(options, say, Counted,
                             lambda stage, counted, exchange: counted.measure(stage, exchange))
