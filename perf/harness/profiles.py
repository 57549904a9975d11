"""Where the time of a process goes, by perf."""

import os
import re
import shutil
import signal
import subprocess
import time

LINE = re.compile(r"^\s*([\d.]+)%\s+(\S+)\s+\[([.k])\]\s+(.*?)[\s-]*$")
SHOWN = 25


def demangled(names):
    """Swift's names as people write them, where the toolchain is there."""
    if not shutil.which("swift"):
        return names
    done = subprocess.run(
        ["swift", "demangle", "--compact", "--simplified"], input="\n".join(names),
        capture_output=True, text=True, timeout=60)
    lines = done.stdout.splitlines()
    return lines if done.returncode == 0 and len(lines) == len(names) else names


def measure(stage, process, load):
    """The functions that cost most: share, object, name; empty where perf does not run."""
    data = os.path.join(stage.folder, "perf.data")
    pids = ",".join(map(str, process.pids()))
    try:
        recorder = subprocess.Popen(
            ["perf", "record", "-q", "-F", "997", "-p", pids, "-o", data],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return []
    try:
        time.sleep(0.5)
        load()
    finally:
        recorder.send_signal(signal.SIGINT)
        try:
            recorder.wait(20)
        except subprocess.TimeoutExpired:
            recorder.kill()
            recorder.wait()
    try:
        done = subprocess.run(
            ["perf", "report", "-i", data, "--stdio", "--no-children", "--sort", "dso,symbol",
             "--percent-limit", "0.3"], capture_output=True, text=True, timeout=120)
    except (OSError, subprocess.TimeoutExpired):
        return []
    rows = [found.groups() for found in map(LINE.match, done.stdout.splitlines()) if found][:SHOWN]
    names = demangled([row[3] for row in rows])
    return [
        {"percent": float(row[0]), "object": row[1], "name": name}
        for row, name in zip(rows, names)]
