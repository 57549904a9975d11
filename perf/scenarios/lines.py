"""Cache lines that two workers write on the way of a request: none, or each would wait for the
other's."""

import ssl

from harness import http2, lines
from harness.exchanges import CALL, MESSAGE
from harness.names import HOST
from harness.requests import Client
from harness.stage import Stage
from harness.weir import Weir

KEY, TITLE = "lines", "cache lines that two workers write"


def context(stage, protocol="http/1.1"):
    made = ssl.create_default_context(cafile=stage.certificate.path)
    made.set_alpn_protocols([protocol])
    return made


def kinds(stage, weir):
    """By name how a client connects, and whether each request has a connection of its own."""
    if stage.shape == "grpc":
        calls = context(stage, "h2")
        return {"gRPC": (lambda: http2.Client(weir.secure, calls, MESSAGE, CALL), False)}
    tls, h2 = context(stage), context(stage, "h2")
    return {
        "HTTP/1.1": (lambda: Client(weir.plain), False),
        "HTTP/1.1 over TLS": (lambda: Client(weir.secure, HOST, tls), False),
        "HTTP/2": (lambda: http2.Client(weir.secure, h2), False),
        "a connection per request": (lambda port=0: Client(weir.plain, source=port), True),
        "a handshake per request": (
            lambda port=0: Client(weir.secure, HOST, tls, source=port), True)}


def figures_of(found):
    """What both write in each look, and how many lines each wrote at least."""
    found = [list(one.values()) for one in found]
    shared = set.intersection(*(set(one) & set(other) for one, other in found))
    return {"lines": [min(map(len, of_one)) for of_one in zip(*found)],
            "shared": {hex(at): found[0][0][at] for at in sorted(shared)}}


def run(options, say):
    figures = {}
    for shape in ("http1", "grpc"):
        with Stage(options, shape, "ecdsa", say, share_cpus=True) as stage:
            weir = Weir(stage, workers=2)
            stage.started.append(weir.process)
            for name, (connect, is_anew) in kinds(stage, weir).items():
                say(f"lines: {name}")
                figures[name] = figures_of(list(lines.looks(weir, connect, is_anew)))
    return {"title": TITLE, "figures": figures}
