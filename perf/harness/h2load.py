"""Load by h2load, and what it says of it."""

import os
import re
import subprocess

from .peers import HOST
from .process import CannotRun

CIPHER = "TLS_AES_128_GCM_SHA256"
SUMMARY = re.compile(
    r"requests: (\d+) total, (\d+) started, (\d+) done, (\d+) succeeded, (\d+) failed, "
    r"(\d+) errored, (\d+) timeout")
STATUSES = re.compile(r"status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx")
PER_SECOND = re.compile(r"finished in .*?, ([\d.]+) req/s")


def h2load(port, cpu, seconds, connections=10, streams=32, more=(), log=None):
    """Runs h2load over TLS on one thread; requests, requests a second, and times if logged."""
    command = [
        "taskset", "-c", str(cpu), "h2load", "-t", "1", "-c", str(connections), "-m",
        str(streams), "-D", str(seconds), "--tls13-ciphers", CIPHER, "--connect-to",
        f"127.0.0.1:{port}", *more]
    if log:
        # It adds to what is there.
        if os.path.exists(log):
            os.remove(log)
        command += ["--log-file", log]
    command.append(f"https://{HOST}:{port}/body")
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30)
    text = done.stdout
    summary, statuses = SUMMARY.search(text), STATUSES.search(text)
    if done.returncode != 0 or not summary or "Application protocol: h2\n" not in text:
        raise CannotRun(f"h2load failed: {text}{done.stderr}")
    _, _, finished, succeeded, failed, errored, timeout = map(int, summary.groups())
    good = int(statuses.group(1))
    if failed + errored + timeout or good < succeeded or not succeeded:
        raise CannotRun(f"requests failed: {summary.group(0)}; {statuses.group(0)}")
    return {
        "requests": finished, "requests_per_second": float(PER_SECOND.search(text).group(1)),
        **(times(log) if log else {})}


def times(log):
    """The median and the 99th percentile, in milliseconds."""
    with open(log) as lines:
        taken = sorted(
            int(line.split("\t")[2]) for line in lines if line.split("\t")[1].strip() == "200")
    if not taken:
        raise CannotRun("h2load logged nothing")
    return {
        "p50_ms": taken[len(taken) // 2] / 1000, "p99_ms": taken[len(taken) * 99 // 100] / 1000,
        "max_ms": taken[-1] / 1000, "logged": len(taken)}


def measure(process, port, cpu, seconds, folder, more=()):
    """One run against a process for its CPU per request, and a short one for the times."""
    user_before, system_before = process.cpu_seconds()
    report = h2load(port, cpu, seconds, more=more)
    user_after, system_after = process.cpu_seconds()
    # Writing a line for each request takes the load's time, not the measured one's.
    logged = h2load(port, cpu, 1, more=more, log=os.path.join(folder, "h2load.log"))
    requests = report["requests"]
    user = (user_after - user_before) / requests * 1e6
    system = (system_after - system_before) / requests * 1e6
    return {
        **report, "cpu_us": user + system, "user_us": user, "system_us": system,
        "p50_ms": logged["p50_ms"], "p99_ms": logged["p99_ms"]}
