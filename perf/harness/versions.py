"""What was measured, and on what."""

import hashlib
import os
import re
import subprocess
import time

from . import envoy, network
from .names import PERF

COMMANDS = {
    "nginx": ["nginx", "-v"], "haproxy": ["haproxy", "-v"], "nghttpx": ["nghttpx", "--version"],
    "caddy": ["caddy", "version"], "openssl": ["openssl", "version"], "wrk": ["wrk", "-v"],
    "h2load": ["h2load", "--version"]}


def first_line(command):
    """What a program says of itself first."""
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=10)
        return next(filter(None, map(str.strip, (said.stdout or said.stderr).splitlines())))
    except (OSError, StopIteration, subprocess.TimeoutExpired):
        return "not installed"


def processor():
    with open("/proc/cpuinfo") as file:
        text = file.read()
    name = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)
    model = re.search(r"^cpu family\s*: (\d+)\nmodel\s*: (\d+)", text, re.MULTILINE)
    return f"{name.group(1) if name else 'unknown'}" + (
        f" (family {model.group(1)}, model {model.group(2)})" if model else "")


def memory_gib():
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30


def sources():
    """The commit of the sources that lie beside the bench."""
    done = subprocess.run(
        ["git", "-C", PERF, "describe", "--always", "--dirty"], capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else "no commit"


def fingerprint(path):
    """The first digits of a file's SHA-256."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def all_of_them(weir):
    program = envoy.binary()
    said = first_line([program, "--version"]) if program else "not installed"
    found = re.search(r"/(\d+\.\d+\.\d+)/", said)
    return {
        "weir": first_line([weir, "version"]),
        **{name: first_line(command) for name, command in COMMANDS.items()},
        "envoy": found.group(1) if found else said}


def machine():
    return {
        "processor": processor(), "cpus": os.cpu_count(), "memory_gib": round(memory_gib()),
        "kernel": os.uname().release.partition("-")[0], "load_before": os.getloadavg()[0],
        "congestion_control": network.algorithm(),
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())}
