"""A scenario of load: what is asked, how much there can be of it, and at which rate it is timed."""

from dataclasses import dataclass, field
from typing import Callable

from . import h2load, steady, wrk
from .names import HOST, write
from .requests import request, write_requests


@dataclass(frozen=True)
class Scenario:
    key: str
    title: str
    # What stands behind the measured program: `http1`, `grpc` or `routes`.
    shape: str = "http1"
    # The certificate of the TLS towards clients; None is plain.
    tls: str | None = None
    is_h2: bool = False
    connections: int = 64
    streams: int = 1
    # Requests before a new connection is made; 0 is no end.
    per_connection: int = 0
    resumes: bool = False
    # HTTP/1.1 requests, sent in turn.
    requests: Callable = field(default=lambda: [request()])
    # HTTP/2 calls.
    fields: tuple = ()
    body: str = ""
    host: str = HOST
    # A request is counted by the MiB that it brings, where that is what costs.
    mebibytes: float = 0
    # Seconds of a run that warms; they are repeated until upstream connections are there.
    warm: int = 1

    def port(self, one):
        return one.secure if self.tls else one.plain

    def prepare(self, stage):
        """Files that the load reads."""
        stage.requests = write_requests(stage.folder, self.requests())
        stage.body = write(stage.folder, "body", self.body) if self.body else None

    def most(self, stage, one, seconds):
        """As many as there can be: requests and seconds."""
        port = self.port(one)
        if self.is_h2:
            more = [word for text in self.fields for word in ("-H", text)]
            more += ["-d", stage.body] if stage.body else []
            return h2load.run(stage, port, seconds, self.connections, self.streams, more)
        if self.per_connection:
            return steady.run(stage, port, seconds, **self.steadily(stage))
        return wrk.run(
            stage, port, stage.requests, seconds, self.connections, self.tls is not None)

    def at_rate(self, stage, one, rate, seconds, **more):
        """So many a second, whatever becomes of them; the first half second is left out."""
        options = {"rate": f"{rate:.1f}", "warm": 0.5, **self.steadily(stage), **more}
        return steady.run(stage, self.port(one), seconds + 0.5, **options)

    def steadily(self, stage):
        options = {"connections": self.connections, "tls": self.tls is not None,
                   "resume": self.resumes}
        if self.per_connection:
            # Ports of one address would run out.
            options.update(per_connection=self.per_connection, sources=32)
        if self.is_h2:
            return {**options, "h2": True, "streams": self.streams, "path": "/body",
                    "header": list(self.fields), "body": stage.body}
        return {**options, "requests": stage.requests}
