"""Our own small C programs, compiled when they are needed."""

import os
import subprocess

from .names import PERF
from .process import CannotRun

FLAGS = ["-O2", "-Wall"]
TOOLS = {
    "upstream": (["load/upstream.c"], []),
    "calls": (["load/calls.c"], ["-lnghttp2"]),
    "steady": (
        ["load/steady.c", "load/transport.c", "load/http1.c", "load/http2.c"],
        ["-lssl", "-lcrypto", "-lnghttp2", "-lm"]),
    "count.so": (["hooks/count.c"], ["-shared", "-fPIC", "-ldl"]),
    "park.so": (["hooks/park.c"], ["-shared", "-fPIC"])}
FOLDER = os.path.join(PERF, "results", "tools")


def tool(name):
    """The path of a tool, compiled anew where a source is younger."""
    sources, more = TOOLS[name]
    sources = [os.path.join(PERF, source) for source in sources]
    path = os.path.join(FOLDER, name)
    headers = [os.path.join(PERF, "load", "steady.h")]
    newest = max(os.path.getmtime(source) for source in sources + headers)
    if not os.path.exists(path) or os.path.getmtime(path) < newest:
        os.makedirs(FOLDER, exist_ok=True)
        command = ["cc", *FLAGS, "-o", path, *sources, *more]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise CannotRun(f"{name} does not compile: {done.stderr}")
    return path
