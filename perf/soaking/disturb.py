"""What goes on beside the load: routes that change, upstreams that die, clients that mean harm."""

import json
import os
import subprocess

from harness.beside import Beside, Often
from harness.names import PERF, REVISIONS
from scenarios.floods import KINDS

from .cast import EXTRA, PREY, PYTHON, SOCKETS, host

FLOOD_SECONDS = 5


class Changes(Often):
    """A route change each second; every fifth adds a route, or takes it away."""

    def __init__(self, cast):
        super().__init__(1, self.change)
        self.cast, self.is_extra = cast, False

    def change(self, count):
        if count % 5:
            return self.cast.gateway.write_route((90, 50, 0, 100)[count % 4])
        self.is_extra = not self.is_extra
        if self.is_extra:
            self.cast.write_route(EXTRA, self.cast.upstream.ports[:len(REVISIONS)])
        else:
            self.cast.remove_route(EXTRA)


class Deaths(Often):
    """Every three seconds one upstream after the other is killed, and comes back a second later."""

    def __init__(self, cast):
        super().__init__(3, self.replace)
        self.cast = cast

    def replace(self, count):
        mortal = self.cast.mortals[count % len(self.cast.mortals)]
        mortal.die()
        self.over.wait(1)
        mortal.rise()


class Program:
    """One of our programs beside the load; `end` gives the figures that it printed last."""

    def __init__(self, cast, name, *arguments):
        self.name = name
        command = ["taskset", "-c", str(cast.load_cpu), PYTHON, "-B",
                   os.path.join(PERF, "load", f"{name}.py"), *map(str, arguments)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True)

    def end(self, seconds=60):
        try:
            said, wrong = self.process.communicate(timeout=seconds)
        finally:
            self.process.kill()
            self.process.wait()
        if self.process.returncode != 0:
            raise RuntimeError(f"{self.name} ended with {self.process.returncode}: {wrong[-500:]}")
        return json.loads(said)


class Floods(Beside):
    """Floods over HTTP/2, a few seconds of each kind, one connection at a time."""

    def __init__(self, cast):
        super().__init__()
        self.cast, self.said = cast, {}

    def work(self):
        turn = 0
        while not self.over.is_set():
            kind = KINDS[turn % len(KINDS)]
            turn += 1
            figures = Program(
                self.cast, "floods", kind, self.cast.gateway.secure, host(PREY),
                self.cast.certificate.path, FLOOD_SECONDS).end()
            connections, cut = self.said.get(kind, (0, 0))
            self.said[kind] = (connections + figures["connections"], cut + figures["cut"])
            self.over.wait(FLOOD_SECONDS)


def talk(cast, seconds):
    return Program(
        cast, "talk", cast.gateway.plain, cast.gateway.secure, host(SOCKETS),
        cast.certificate.path, seconds)


def hostile(cast, seconds):
    return Program(cast, "hostile", cast.gateway.plain, cast.gateway.secure, host(PREY), seconds)
