"""Scenario i: the memory of idle keep-alive connections, as the slope between two numbers."""

import statistics
import time

from harness import steady
from harness.peers import SHAPES
from harness.process import CannotRun, wait_for
from harness.requests import request, write_requests
from harness.rounds import alternate
from harness.stage import Stage

KEY, TITLE = "i", "8,000 idle keep-alive connections"
FEW, MANY, ROUNDS = 1_000, 8_000, 3
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


def alone(stage, name):
    """That program, and no other."""
    measured = stage.start(only=[name])
    if name not in measured:
        raise CannotRun(stage.left_out[name])
    return measured[name]


def measure(name, transport, options, say):
    """In a process of its own, whose memory has been used for nothing yet."""
    with Stage(options, "http1", "ecdsa", say) as stage:
        stage.load_is_trusted = True
        one = alone(stage, name)
        requests = write_requests(stage.folder, [request()])
        tls = transport == "TLS"
        held = steady.Held(
            stage, one.secure if tls else one.plain, MANY, requests=requests, tls=tls)
        return slope(one.process, held)


def of_all(key, measure, options, say):
    """Figures by name and transport, medians of rounds that alternate; what a peer cannot do is said."""
    turns = [(name, transport) for name in options.names(SHAPES["http1"])
             for transport in TRANSPORTS]
    figures = {name: {} for name, _ in turns}

    def leave_out(turn, fault):
        name, transport = turn
        if name == "weir":
            raise fault
        figures[name][transport] = {"fault": str(fault)}
        say(f"{key}: {name} {transport}: {fault}")
    rounds = alternate(
        turns, lambda turn: measure(*turn, options, say), ROUNDS,
        lambda where, found: say(f"{key}: {where}{found['bytes_per_connection']:.0f} bytes each"),
        leave_out)
    for (name, transport), found in rounds.items():
        figures[name][transport] = of_rounds(found)
    return figures


def of_rounds(found):
    """The medians, and each round's bytes of a connection."""
    return {
        **{figure: statistics.median(one[figure] for one in found)
           for figure in ("bytes_per_connection", "resident_bytes")},
        "by_round": [one["bytes_per_connection"] for one in found]}


def run(options, say):
    return {"title": TITLE, "in_rounds": ROUNDS, "figures": of_all(KEY, measure, options, say)}
