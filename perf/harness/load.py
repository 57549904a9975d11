"""Load by wrk, and what it says of it."""

import json
import os
import subprocess

from .peers import HOST
from .process import CannotRun

REPORT = os.path.join(os.path.dirname(__file__), "report.lua")


def wrk(port, cpu, seconds, connections=64):
    """Runs wrk on one thread; returns its figures, errors included."""
    command = [
        "taskset", "-c", str(cpu), "wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s",
        "-H", f"Host: {HOST}", "-s", REPORT, f"http://127.0.0.1:{port}/"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30)
    marks = [line for line in done.stdout.splitlines() if line.startswith("REPORT ")]
    if done.returncode != 0 or not marks:
        raise CannotRun(f"wrk failed: {done.stdout}{done.stderr}")
    report = json.loads(marks[0].removeprefix("REPORT "))
    if report["errors"] > 0:
        raise CannotRun(f"{report['errors']} of {report['requests']} requests failed")
    return report


def measure(process, port, cpu, seconds):
    """One run against a process: its CPU per request, and wrk's figures."""
    user_before, system_before = process.cpu_seconds()
    report = wrk(port, cpu, seconds)
    user_after, system_after = process.cpu_seconds()
    requests = report["requests"]
    user = (user_after - user_before) / requests * 1e6
    system = (system_after - system_before) / requests * 1e6
    return {
        "cpu_us": user + system, "user_us": user, "system_us": system, "requests": requests,
        "requests_per_second": requests / report["seconds"], "p50_ms": report["p50_us"] / 1000,
        "p99_ms": report["p99_us"] / 1000,
    }
