"""What well-behaved clients notice of floods on another connection: their 99th percentile."""

import json
import os
import subprocess
import sys

from . import floods, h2, h2load
from .certificate import Certificate
from .peers import HOST
from .process import CannotRun

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "floods.py")
# 400 requests a second, far from what any of them can do.
GENTLE = ["--rps", "100"]


def gentle(one, cpu, seconds, folder):
    """Times of requests that come at a slow and even pace."""
    return h2load.h2load(
        one.secure, cpu, seconds, connections=4, streams=1, more=GENTLE,
        log=os.path.join(folder, "flood.log"))


def under_flood(kind, one, authority, cpu, seconds, folder):
    """The same while one connection floods; and what became of the flood."""
    flooder = subprocess.Popen(
        ["taskset", "-c", str(cpu), sys.executable, "-B", PROGRAM, kind, str(one.secure), HOST,
         authority, str(seconds + 1)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    before = sum(one.process.cpu_seconds())
    try:
        times = gentle(one, cpu, seconds, folder)
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


def measure(options, folder, cpus, started, say):
    """By name and kind of flood, `none` first."""
    measured = h2.start(options, folder, cpus, False, started)
    authority = Certificate.path_in(folder)
    seconds = min(options.seconds, 4)
    result = {name: {} for name in measured}
    for name, one in measured.items():
        gentle(one, cpus[1], 1, folder)
        quiet = gentle(one, cpus[1], seconds, folder)
        result[name]["none"] = {key: quiet[key] for key in ("p50_ms", "p99_ms", "max_ms")}
        say(f"{name} without a flood: p99 {quiet['p99_ms']:.2f} ms")
        for kind in floods.KINDS:
            before = one.process.resident_bytes()
            try:
                figures = under_flood(kind, one, authority, cpus[1], seconds, folder)
            except CannotRun as fault:
                # A peer may well fail; the gateway must not.
                figures = {"fault": str(fault).splitlines()[0]}
            if one.process.child.poll() is not None:
                result[name][kind] = {"fault": f"it ended with {one.process.child.returncode}"}
                say(f"{name} {kind}: {result[name][kind]['fault']}")
                break
            figures["grown_bytes"] = one.process.resident_bytes() - before
            result[name][kind] = figures
            say(f"{name} {kind}: {figures}")
    return result
