"""Scenario i: the memory of idle keep-alive connections, as the slope between two numbers."""

import time

from harness import steady
from harness.peers import SHAPES
from harness.process import CannotRun, wait_for
from harness.requests import request, write_requests
from harness.stage import Stage

KEY, TITLE = "i", "8,000 idle keep-alive connections"
FEW, MANY = 1_000, 8_000
TRANSPORTS = ("plain", "TLS")


def settled(process):
    """Resident bytes, once they have not changed for half a second."""
    last, since = process.resident_bytes(), time.monotonic()

    def is_still():
        nonlocal last, since
        now = process.resident_bytes()
        if now != last:
            last, since = now, time.monotonic()
        return time.monotonic() - since > 0.5
    try:
        wait_for(is_still, f"{process.name} grows", 20)
    except CannotRun:
        # One with a garbage collector is never still.
        pass
    return last


def slope(process, held):
    """Bytes for one more, and all of it with many."""
    try:
        held.open(FEW)
        few = settled(process)
        held.open(MANY)
        many = settled(process)
    finally:
        held.end()
    return {"bytes_per_connection": (many - few) / (MANY - FEW), "resident_bytes": many}


def measure(name, transport, options, say):
    """In a process of its own, whose memory has been used for nothing yet."""
    with Stage(options, "http1", "ecdsa", say) as stage:
        stage.load_is_trusted = True
        one = stage.start(only=[name])[name]
        requests = write_requests(stage.folder, [request()])
        tls = transport == "TLS"
        held = steady.Held(
            stage, one.secure if tls else one.plain, MANY, requests=requests, tls=tls)
        return slope(one.process, held)


def of_all(key, measure, options, say):
    """Figures by name and transport; what a peer cannot do is said."""
    figures = {}
    for name in options.names(SHAPES["http1"]):
        figures[name] = {}
        for transport in TRANSPORTS:
            try:
                found = measure(name, transport, options, say)
                say(f"{key}: {name} {transport}: {found['bytes_per_connection']:.0f} bytes each")
            except CannotRun as fault:
                if name == "weir":
                    raise
                found = {"fault": str(fault)}
                say(f"{key}: {name} {transport}: {fault}")
            figures[name][transport] = found
    return figures


def run(options, say):
    return {"title": TITLE, "figures": of_all(KEY, measure, options, say)}
