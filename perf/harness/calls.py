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
    output = os.path.join(stage.folder, f"{process.name}.strace")
    targets = [part for pid in process.pids() for part in ("-p", str(pid))]
    tracer = subprocess.Popen(
        ["strace", "-f", "-c", "-o", output, *targets], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(lambda: all(map(traced, process.pids())), "strace does not attach")
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
    counts = {name: count / report["requests"] for name, count in read(output).items()}
    return {"socket_calls": socket_calls(counts), "all": counts}


def traced(pid):
    with open(f"/proc/{pid}/status") as status:
        return not re.search(r"^TracerPid:\t0$", status.read(), re.MULTILINE)


def read(path):
    """The table that `strace -c` writes: the count is the fourth column."""
    counts = {}
    with open(path) as table:
        for line in table:
            words = line.split()
            if len(words) >= 5 and re.fullmatch(r"[\d.]+", words[0]) and words[-1] != "total":
                counts[words[-1]] = int(words[3])
    if not counts:
        raise CannotRun(f"strace wrote nothing to {path}")
    return counts


def socket_calls(counts):
    """Receives and sends, by whatever name."""
    return sum(count for name, count in counts.items() if name in RECEIVE | SEND)
