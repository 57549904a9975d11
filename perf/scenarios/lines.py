"""Cache lines that two workers write on the way of a request: none, or each would wait for the
other's."""

import ssl

from harness import lines
from harness.names import HOST
from harness.requests import Client
from harness.stage import Stage
from harness.weir import Weir

KEY, TITLE = "lines", "cache lines that two workers write"


def run(options, say):
    figures = {}
    with Stage(options, "http1", "ecdsa", say, share_cpus=True) as stage:
        weir = Weir(stage, workers=2)
        stage.started.append(weir.process)
        context = ssl.create_default_context(cafile=stage.certificate.chain)
        for name, connect in (
                ("HTTP/1.1", lambda: Client(weir.plain, HOST)),
                ("HTTP/1.1 over TLS", lambda: Client(weir.secure, HOST, context))):
            say(f"lines: {name}")
            one, other = lines.of_each(weir, connect).values()
            figures[name] = {
                "lines": [len(one), len(other)],
                "shared": {hex(at): one[at] for at in sorted(one.keys() & other.keys())}}
    return {"title": TITLE, "figures": figures}
