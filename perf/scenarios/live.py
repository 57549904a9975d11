"""How long a change of a manifest takes until it is served."""

import statistics
import time

from harness.names import REVISIONS
from harness.process import CannotRun
from harness.requests import Client
from harness.stage import Stage

KEY, TITLE = "live", "from a change of a manifest to its first answer"
SECONDS = 5


def measure(weir, changes):
    """Milliseconds from the rename of a manifest to the first answer of the new revision."""
    client = Client(weir.plain)
    times = []
    for change in range(changes + 1):
        percent, wanted = (0, REVISIONS[1]) if change % 2 == 0 else (100, REVISIONS[0])
        begun = time.monotonic()
        weir.write_route(percent)
        deadline = begun + SECONDS
        while True:
            status, body = client.get()
            if status != 200:
                raise CannotRun(f"a change was answered with {status}")
            now = time.monotonic()
            if body.startswith(wanted.encode()):
                break
            if now > deadline:
                raise CannotRun(f"a change was not served within {SECONDS} s")
        # The first change only leaves the 90/10 split, where the wanted revision answers anyway.
        if change > 0:
            times.append((now - begun) * 1000)
        # Nothing of this change may be under way when the next begins.
        quiet = time.monotonic() + 0.02
        while time.monotonic() < quiet:
            client.get()
    client.close()
    return times


def run(options, say):
    with Stage(options, "http1", None, say) as stage:
        times = measure(stage.start(only=["weir"])["weir"], options.changes)
    return {"title": TITLE, "changes": len(times), "median_ms": statistics.median(times),
            "max_ms": max(times)}
