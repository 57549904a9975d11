"""Memory of an idle WebSocket: the slope of resident memory between two numbers of them."""

import os
import subprocess
import sys
import time

from . import tls_peers
from .certificate import Certificate
from .peers import HOST, Weir
from .process import CannotRun, Process, wait_for

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tunnels.py")
FEW, MANY = 1_000, 8_000


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


class Client:
    """A process with open connections."""

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


def settled(process):
    """Resident bytes, once they have not changed for half a second."""
    last, since = process.resident_bytes(), time.monotonic()

    def is_still():
        nonlocal last, since
        now = process.resident_bytes()
        if now != last:
            last, since = now, time.monotonic()
        return time.monotonic() - since > 0.5
    wait_for(is_still, f"{process.name} grows", 20)
    return last


def slope(process, cpu, port, authority):
    """Bytes for one more WebSocket."""
    client = Client(cpu, port, authority)
    try:
        client.open(FEW)
        few = settled(process)
        client.open(MANY)
        many = settled(process)
    finally:
        client.end()
    return {"bytes_per_tunnel": (many - few) / (MANY - FEW), "resident_bytes": many}


def measure(options, folder, cpus, started, say):
    """By name and transport; each in a process of its own, whose memory is used for nothing yet."""
    proxy_cpu, load_cpu = cpus
    certificate = Certificate(folder)
    upstream = Upstream(folder, load_cpu)
    started.append(upstream.process)
    starts = {
        name: lambda begin=begin: begin(
            folder, proxy_cpu, certificate, upstream.ports[0], False)
        for name, begin in tls_peers.STARTS.items()}
    if not options.peers_only:
        starts = {"weir": lambda: Weir(
            options.weir, folder, proxy_cpu, upstream, name="weir-tunnels",
            certificate=certificate), **starts}
    result = {}
    for name, start in starts.items():
        result[name] = {}
        for transport in ("plain", "secure"):
            one = start()
            try:
                port = one.secure if transport == "secure" else one.plain
                authority = certificate.path if transport == "secure" else None
                figures = slope(one.process, load_cpu, port, authority)
            finally:
                one.process.end()
            result[name][transport] = figures
            say(f"{name} {transport}: {figures['bytes_per_tunnel']:.0f} bytes a WebSocket")
    return result
