"""Cache lines that two workers write on the way of a request: none, or each would wait for the
other's."""

import ssl

from harness import lines
from harness.names import HOST
from harness.requests import Client
from harness.stage import Stage
from harness.weir import Weir

# What only the gateway's other threads write may be seen once, but not each time.
LOOKS = 3
KEY, TITLE = "lines", "cache lines that two workers write"


def run(options, say):
    figures = {}
    with Stage(options, "http1", "ecdsa", say, share_cpus=True) as stage:
        weir = Weir(stage, workers=2)
        stage.started.append(weir.process)
        context = ssl.create_default_context(cafile=stage.certificate.path)
        for name, connect in (
                ("HTTP/1.1", lambda: Client(weir.plain, HOST)),
                ("HTTP/1.1 over TLS", lambda: Client(weir.secure, HOST, context))):
            say(f"lines: {name}")
            looks = [list(lines.of_each(weir, connect).values()) for _ in range(LOOKS)]
            shared = set.intersection(*(set(one) & set(other) for one, other in looks))
            one, other = looks[0]
            figures[name] = {
                "lines": [len(one), len(other)],
                "shared": {hex(at): one[at] for at in sorted(shared)}}
    return {"title": TITLE, "figures": figures}
