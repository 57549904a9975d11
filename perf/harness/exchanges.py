"""The kinds of exchanges whose costs have budgets, and a load of so many of them."""

import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass

from . import routes, steady
from .names import TAG, write
from .process import CannotRun
from .requests import request, write_requests
from .stage import Stage

# A message of 20 bytes, with gRPC's five in front.
MESSAGE = "\0\0\0\0\x14" + "weir measures a call"
CALL = ("content-type: application/grpc", "te: trailers")
# Of the thousand Routes only so many are asked: the gateway keeps a connection to each of their ten
# revisions, and has made all of them before anything is counted.
ASKED = 10


def small():
    return [request()]


def post():
    return [request(body=b"x" * 4096)]


def large():
    return [request("/large")]


def of_routes():
    """In turn of Routes that lie far apart; every tenth request asks for the tag."""
    tag = [f"Knative-Serving-Tag: {TAG}"]
    return [
        request(host=routes.host(route), fields=tag if turn == 0 else [])
        for turn in range(10) for route in range(0, routes.ROUTES, routes.ROUTES // ASKED)]


@dataclass(frozen=True)
class Exchange:
    shape: str
    options: dict
    requests: Callable = small
    # So many times fewer of them are counted, as they take longer than others.
    part: int = 1
    # How many connections there are where it may be some: all in turn.
    connections: int | None = None
    is_call: bool = False
    # With all that may be asked of us besides.
    everything: bool = False

    @property
    def tls(self):
        return "tls" in self.options

    @property
    def is_anew(self):
        return "per_connection" in self.options

    def fewer(self, *counts):
        """How many of it stand for so many of the cheapest."""
        return [count // self.part for count in counts]

    def load(self, stage, one, count, connections):
        """So many of them, none of which may fail."""
        requests = write_requests(stage.folder, self.requests())
        more = {"header": list(CALL), "body": write(stage.folder, "message", MESSAGE)} \
            if self.is_call else {}
        port = one.secure if self.tls else one.plain
        connections = self.connections or connections
        with silent(port) if self.is_anew else contextlib.nullcontext():
            report = steady.run(stage, port, 60, count=count, connections=connections,
                                requests=requests, **self.options, **more)
        # The first of a load has no session to resume; without that option none is resumed.
        wanted = report["handshakes"] - connections if "resume" in self.options else 0
        if report["resumed"] != wanted:
            raise CannotRun(f"{report['resumed']} handshakes were resumed instead of {wanted}")
        return report


def silent(port):
    """A connection that says nothing, and so has a deadline near those of connections after it.

    Without it there is no deadline near when the only connection goes, and the worker looks for
    the next one through all the time until then: in an otherwise idle gateway that is up to a
    fifth of a handshake's instructions of ours, by the time since the upstream's connection was
    made.
    """
    return socket.create_connection(("127.0.0.1", port))


# One after the other: how many share a turn of the loop is a matter of timing.
ANEW = {"per_connection": 1}
HANDSHAKE = {"tls": True, "together": True}
STREAM = {"tls": True, "h2": True, "streams": 1}
KINDS = {
    "h1": Exchange("http1", {}),
    "h1-everything": Exchange("http1", {}, everything=True),
    "h1-post": Exchange("http1", {}, post),
    # Whether a connection's buffers have to grow, once, is a matter of timing.
    "h1-large": Exchange("http1", {}, large, part=4, connections=1),
    "h1-connect": Exchange("http1", ANEW, part=2, connections=1),
    "h1-tls": Exchange("http1", {"tls": True}),
    # In how many turns its pieces arrive would be a matter of timing.
    "tls-full": Exchange("http1", {**HANDSHAKE, **ANEW}, part=15, connections=1),
    "tls-resumed": Exchange("http1", {**HANDSHAKE, "resume": True, **ANEW}, part=15, connections=1),
    "h2": Exchange("http1", STREAM),
    "grpc": Exchange("grpc", STREAM, is_call=True),
    "routes": Exchange("routes", {}, of_routes)}


def measure(options, say, start, count):
    """By kind what `count(stage, gateway, exchange)` says, each on what `start` started for it."""
    gateways, result = [], {}
    for kind in KINDS.values():
        if (kind.shape, kind.everything) not in gateways:
            gateways.append((kind.shape, kind.everything))
    for shape, everything in gateways:
        with Stage(options, shape, "ecdsa", say) as stage:
            gateway = start(stage, everything)
            for name, exchange in KINDS.items():
                if (exchange.shape, exchange.everything) == (shape, everything):
                    say(f"counting: {name}")
                    result[name] = count(stage, gateway, exchange)
    return {name: result[name] for name in KINDS}
