"""The kinds of exchanges whose costs have budgets, and a load of so many of them."""

from dataclasses import dataclass

from . import steady
from .names import write
from .requests import request, write_requests

# A message of 20 bytes, with gRPC's five in front.
MESSAGE = "\0\0\0\0\x14" + "weir measures a call"
CALL = ("content-type: application/grpc", "te: trailers")


@dataclass(frozen=True)
class Exchange:
    shape: str
    options: dict
    is_call: bool = False

    @property
    def tls(self):
        return "tls" in self.options

    def load(self, stage, one, count, connections):
        """So many of them, none of which may fail."""
        requests = write_requests(stage.folder, [request()])
        more = {"header": list(CALL), "body": write(stage.folder, "message", MESSAGE)} \
            if self.is_call else {}
        return steady.run(
            stage, one.secure if self.tls else one.plain, 60, count=count,
            connections=connections, requests=requests, **self.options, **more)


# One stream at a time: how many share a turn of the loop is a matter of timing.
KINDS = {
    "h1": Exchange("http1", {}),
    "h1-tls": Exchange("http1", {"tls": True}),
    "h2": Exchange("http1", {"tls": True, "h2": True, "streams": 1}),
    "grpc": Exchange("grpc", {"tls": True, "h2": True, "streams": 1}, True)}
SHAPES = ("http1", "grpc")


def of_shape(shape):
    return {name: kind for name, kind in KINDS.items() if kind.shape == shape}
