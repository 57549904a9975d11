"""The upstreams: quick, so that what stands before them is measured."""

from .names import REVISIONS
from .process import Process
from .tools import tool


class Upstream:
    """Revisions of an application on a port each."""

    program = "upstream"

    def __init__(self, folder, cpu, revisions=REVISIONS):
        self.process = Process("upstream", [tool(self.program), *revisions], cpu, folder)

        def ports():
            with open(self.process.log) as log:
                found = log.read().split()
            return found if len(found) == len(revisions) else None
        self.ports = [int(port) for port in self.process.wait_until(ports)]


class GrpcUpstream(Upstream):
    """The same over h2c, as answers to unary gRPC calls with their status as a trailer."""

    program = "calls"
