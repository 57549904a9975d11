"""The upstreams: quick, so that what stands before them is measured."""

from .names import REVISIONS
from .process import Process, free_port, listens
from .tools import tool


class Upstream:
    """Revisions of an application on a port each."""

    program = "upstream"

    def __init__(self, folder, cpu, revisions=REVISIONS):
        self.ports = [free_port() for _ in revisions]
        named = [f"{port}={name}" for port, name in zip(self.ports, revisions)]
        self.process = Process("upstream", [tool(self.program), *named], cpu, folder)
        for port in self.ports:
            self.process.wait_until(lambda: listens(port))


class GrpcUpstream(Upstream):
    """The same over h2c, as answers to unary gRPC calls with their status as a trailer."""

    program = "calls"
