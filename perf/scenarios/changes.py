"""Scenario k: (a) at its fixed rate while the route changes every 100 ms, as each program's users
change it: a manifest, Envoy's routes by RDS from a file, a reload of nginx and of HAProxy. A change
moves all traffic from one revision to the other."""

import json
import os
import tempfile

from harness.names import REVISIONS, replace
from harness.process import CannotRun, wait_for
from harness.requests import Client

from .disturbed import Disturbance, compare

KEY, TITLE = "k", "one route change per 100 ms during (a)"
PERIOD = 0.1
WHO = ("weir", "nginx", "haproxy", "envoy")


def serves(one, revision):
    """Whether a new connection is answered by the revision."""
    try:
        client = Client(one.plain)
        status, text = client.get()
        client.close()
        return status == 200 and text.startswith(revision.encode())
    except OSError:
        return False


def unread(_, load):
    """A manifest is written as often where nobody looks: what the writing costs is not the gateway's."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "route.yaml")
        text = json.dumps({"kind": "Route", "padding": "x" * 350}) + "\n"
        with Disturbance(PERIOD, lambda _: replace(path, text)):
            return load()


def changed(one, load):
    with Disturbance(PERIOD, lambda count: one.change(count % 2, count)) as changes:
        report = load()
    # What was changed last is what counts in the end.
    wanted = REVISIONS[changes.count % 2]
    try:
        wait_for(lambda: serves(one, wanted), f"{one.process.name} serves {wanted}", 20)
        is_served = True
    except CannotRun:
        # A signal to reload may be lost while the one before it is at work; a manifest may not.
        is_served = False
    return {**report, "times": changes.count, "is_served": is_served}


def run(options, say):
    return {"title": TITLE, **compare(KEY, WHO, changed, options, say, unread)}
