"""What well-behaved clients ask, round by round, so that the gateway is as busy as wanted."""

from concurrent.futures import ThreadPoolExecutor

from harness import steady
from harness.exchanges import CALL, MESSAGE
from harness.names import write
from harness.requests import request, write_requests
from harness.tools import tool

from .cast import CALLS, MORTAL, host

# Of one CPU.
BUSY = 0.7
# Requests a second of all loads, in the first round and at most; how much quicker a round may be
# than the one before it, and how much slower one is after the load itself could not keep up.
FIRST_RATE, MOST, QUICKER, SLOWER = 2000, 40000, 1.6, 0.7
# Requests a second to the upstreams that die, and connections that they come over.
MORTAL_RATE, MORTAL_CONNECTIONS = 100, 8


class Loads:
    """The loads of a soak; `rate` is that of all together."""

    def __init__(self, cast):
        self.cast, self.rate, self.most = cast, FIRST_RATE, MOST
        # Compiled once, before many want it at the same time.
        tool("steady")
        posts = [request()] * 8 + [request(body=b"x" * 4096)] * 2
        self.mixed = write_requests(cast.folder, posts * 10 + [request("/large")])
        self.mortal = write(
            cast.folder, "mortal-requests", self.framed(request(host=host(MORTAL))))
        message = write(cast.folder, "message", MESSAGE)
        secure, plain = cast.gateway.secure, cast.gateway.plain
        # Name, share of the rate, port, options of `steady`.
        self.kinds = [
            ("h1", 0.45, plain, {"requests": self.mixed, "connections": 64}),
            ("h1 new", 0.05, plain, {"requests": self.mixed, "per_connection": 1}),
            ("h1 tls", 0.10, secure, {
                "requests": self.mixed, "tls": True, "resume": True, "per_connection": 20,
                "connections": 16}),
            ("h2 tls", 0.25, secure, {
                "tls": True, "h2": True, "connections": 8, "streams": 16, "path": "/body"}),
            ("grpc", 0.15, secure, {
                "tls": True, "h2": True, "connections": 4, "streams": 16, "host": host(CALLS),
                "header": list(CALL), "body": message, "path": "/weir.Soak/Call"})]

    @staticmethod
    def framed(one):
        return f"{len(one)}\n{one.decode()}"

    def run(self, seconds):
        """A round; the reports of all by name."""
        def load(kind):
            _, share, port, options = kind
            return steady.run(
                self.cast, port, seconds, must_succeed=False, rate=self.rate * share, **options)
        mortal = ("mortal", MORTAL_RATE / self.rate, self.cast.gateway.plain, {
            "requests": self.mortal, "connections": MORTAL_CONNECTIONS})
        kinds = [*self.kinds, mortal]
        with ThreadPoolExecutor(len(kinds)) as pool:
            reports = list(pool.map(load, kinds))
        return {kind[0]: report for kind, report in zip(kinds, reports)}

    def pace(self, busy, unfinished):
        """Comes nearer to the wanted share of the CPU, as far as the load itself can keep up."""
        self.most = self.rate * SLOWER if unfinished else min(self.most * 1.15, MOST)
        self.rate = min(self.rate * min(BUSY / max(busy, 0.05), QUICKER), self.most)
