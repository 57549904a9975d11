"""The memory of an idle WebSocket: the slope of resident memory between two numbers of them."""

import os
import subprocess
import sys

from harness.names import HOST, PERF
from harness.process import CannotRun, Process
from harness.stage import Stage

from .idle import ROUNDS, alone, of_all, slope

KEY, TITLE = "websockets", "8,000 idle WebSockets"
PROGRAM = os.path.join(PERF, "load", "tunnels.py")


class Upstream:
    """The upstream of both revisions: answers 101 and holds what it has."""

    def __init__(self, folder, cpu):
        self.process = Process("tunnels", [sys.executable, "-B", PROGRAM, "upstream"], cpu, folder)
        self.process.wait_until(self.port)
        self.ports = [self.port(), self.port()]

    def port(self):
        with open(self.process.log) as log:
            words = log.read().split()
        return int(words[1]) if len(words) == 2 else None


class Held:
    """A process with open WebSockets."""

    def __init__(self, cpu, port, authority):
        command = ["taskset", "-c", str(cpu), sys.executable, "-B", PROGRAM, "client", str(port),
                   HOST, *([authority] if authority else [])]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True)

    def open(self, count):
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        if self.process.stdout.readline() != f"open {count}\n":
            self.process.wait(10)
            said = self.process.stderr.read().splitlines()
            raise CannotRun(f"WebSockets do not open: {said[-1] if said else 'no reason'}")

    def end(self):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait(30)


def measure(name, transport, options, say):
    with Stage(options, "http1", "ecdsa", say, begin_upstream=Upstream) as stage:
        stage.load_is_trusted = True
        one = alone(stage, name)
        if name == "weir":
            # One revision may not have as many as that, where descriptors are few.
            one.write_route(50)
        tls = transport == "TLS"
        held = Held(
            stage.load_cpu, one.secure if tls else one.plain,
            stage.certificate.path if tls else None)
        return slope(one.process, held)


def run(options, say):
    return {"title": TITLE, "in_rounds": ROUNDS, "figures": of_all(KEY, measure, options, say)}
