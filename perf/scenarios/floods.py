"""What well-behaved clients notice of floods on another connection: their 99th percentile."""

import json
import os
import subprocess
import sys

from harness import steady
from harness.names import HOST, PERF
from harness.peers import SHAPES
from harness.process import CannotRun
from harness.stage import Stage

KEY, TITLE = "floods", "well-behaved clients while another connection floods"
PROGRAM = os.path.join(PERF, "load", "floods.py")
KINDS = ("rapid_reset", "continuation", "settings", "ping", "empty_data", "window_update",
         "hpack_bomb")
# Requests a second, far from what any of them can do.
GENTLE = 400


def gentle(stage, one, seconds):
    """Times of requests that come at a slow and even pace."""
    return steady.run(
        stage, one.secure, seconds, tls=True, h2=True, connections=4, streams=32, path="/body",
        rate=GENTLE)


def under_flood(stage, kind, one, seconds):
    """The same while one connection floods; and what became of the flood."""
    flooder = subprocess.Popen(
        ["taskset", "-c", str(stage.load_cpu), sys.executable, "-B", PROGRAM, kind,
         str(one.secure), HOST, stage.certificate.path, str(seconds + 1)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    before = sum(one.process.cpu_seconds())
    try:
        times = gentle(stage, one, seconds)
        spent = sum(one.process.cpu_seconds()) - before
        said, wrong = flooder.communicate(timeout=seconds + 20)
    finally:
        flooder.kill()
        flooder.wait()
    if flooder.returncode != 0:
        raise CannotRun(f"the flood {kind} failed: {wrong[-500:]}")
    return {
        "p50_ms": times["p50_ms"], "p99_ms": times["p99_ms"], "max_ms": times["max_ms"],
        "cpu_share": spent / seconds, **json.loads(said)}


def measure(stage, name, one, seconds, say):
    gentle(stage, one, 1)
    quiet = gentle(stage, one, seconds)
    result = {"none": {key: quiet[key] for key in ("p50_ms", "p99_ms", "max_ms")}}
    say(f"floods: {name} without one: p99 {quiet['p99_ms']:.2f} ms")
    for kind in KINDS:
        before = one.process.resident_bytes()
        try:
            figures = under_flood(stage, kind, one, seconds)
        except CannotRun as fault:
            # A peer may well fail; the gateway must not.
            figures = {"fault": str(fault).splitlines()[0]}
        if one.process.child.poll() is not None:
            result[kind] = {"fault": f"it ended with {one.process.child.returncode}"}
            say(f"floods: {name} {kind}: {result[kind]['fault']}")
            break
        figures["grown_bytes"] = one.process.resident_bytes() - before
        result[kind] = figures
        say(f"floods: {name} {kind}: {figures}")
    return result


def run(options, say):
    seconds = min(options.seconds, 4)
    with Stage(options, "http1", "ecdsa", say) as stage:
        measured = stage.start()
        figures = {
            name: measure(stage, name, one, seconds, say) for name, one in measured.items()}
        return {"title": TITLE, "figures": figures, "left_out": stage.left_out}
