"""System calls of an exchange, by strace."""

import os
import re
import signal
import subprocess
import time

from .process import CannotRun, wait_for

RECEIVE = {"recvfrom", "recvmsg", "read", "readv"}
SEND = {"sendto", "sendmsg", "write", "writev", "sendfile", "splice"}


def measure(stage, process, load):
    """Counts of calls by name, per request, while `load()` runs and says how many they were."""
    counts, _, report = traced(stage, process.name, process.pids, load, ["-f"])
    counts = {name: count / report["requests"] for name, count in counts.items()}
    return {"socket_calls": socket_calls(counts), "all": counts}


def traced(stage, name, targets, load, more=()):
    """Counts of calls by name of all of the processes or threads, of those that failed, and what
    `load()` says."""
    output = os.path.join(stage.folder, f"{name}.strace")
    attached = [part for target in targets() for part in ("-p", str(target))]
    tracer = subprocess.Popen(
        ["strace", *more, "-c", "-o", output, *attached], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(lambda: all(map(is_traced, targets())), "strace does not attach")
        if more:
            # The other threads follow one by one.
            time.sleep(0.3)
        report = load()
    finally:
        tracer.send_signal(signal.SIGINT)
        try:
            tracer.wait(10)
        except subprocess.TimeoutExpired:
            tracer.kill()
            raise CannotRun("strace does not end") from None
    return *read(output), report


def is_traced(pid):
    with open(f"/proc/{pid}/status") as status:
        return not re.search(r"^TracerPid:\t0$", status.read(), re.MULTILINE)


def read(path):
    """The table that `strace -c` writes: the count is the fourth column, and before the name stands how
    many failed, if any."""
    counts, failed = {}, {}
    with open(path) as table:
        for line in table:
            words = line.split()
            if len(words) >= 5 and re.fullmatch(r"[\d.]+", words[0]) and words[-1] != "total":
                counts[words[-1]] = int(words[3])
                failed[words[-1]] = int(words[4]) if len(words) > 5 else 0
    if not counts:
        raise CannotRun(f"strace wrote nothing to {path}")
    return counts, failed


def without_one_in_vain(counts, failed, connections):
    """All calls, without one receive in vain for each new connection: it is read from as it is taken, and
    whether its first bytes have come then is a matter of timing. A second one would count."""
    return {name: count - (min(failed[name], connections) if name in RECEIVE else 0)
            for name, count in counts.items()}


def socket_calls(counts):
    """Receives and sends, by whatever name."""
    return sum(count for name, count in counts.items() if name in RECEIVE | SEND)
