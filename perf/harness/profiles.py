"""Where the time of a process goes, by perf."""

import os
import re
import shutil
import signal
import subprocess
import time

FUNCTION = re.compile(r"^\s*([\d.]+)%\s+(\S+)\s+\[([.k])\]\s+(.*?)[\s-]*$")
OBJECT = re.compile(r"^\s*([\d.]+)%\s+(\S+)\s*$")
# Objects, functions of the gateway's own and of the others that are told.
OBJECTS, OWN, OTHERS = 6, 12, 12
KERNEL = "[kernel.kallsyms]"


def demangled(names):
    """Swift's names as people write them, where the toolchain is there."""
    if not shutil.which("swift"):
        return names
    done = subprocess.run(
        ["swift", "demangle", "--compact", "--simplified"], input="\n".join(names),
        capture_output=True, text=True, timeout=60)
    lines = done.stdout.splitlines()
    return lines if done.returncode == 0 and len(lines) == len(names) else names


def recorded(stage, process, load):
    """The file with the samples; None where perf does not run."""
    data = os.path.join(stage.folder, "perf.data")
    pids = ",".join(map(str, process.pids()))
    try:
        recorder = subprocess.Popen(
            ["perf", "record", "-q", "-F", "997", "-p", pids, "-o", data],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return None
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
    return data


def report(data, sort, line):
    """The rows of perf's report that such a line matches, with all samples as 100 %."""
    try:
        done = subprocess.run(
            ["perf", "report", "-i", data, "--stdio", "--no-children", "--sort", sort],
            capture_output=True, text=True, timeout=120)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [found.groups() for found in map(line.match, done.stdout.splitlines()) if found]


def measure(stage, process, load):
    """Where the gateway's time goes: `objects` with the share of each, `own` functions and `others`,
    those that have a name; empty where perf does not run."""
    data = recorded(stage, process, load)
    binary = os.path.basename(stage.options.weir)

    def called(name):
        return {binary: "weir", KERNEL: "the kernel"}.get(name, name)
    objects = [{"percent": float(share), "object": called(name)}
               for share, name in (report(data, "dso", OBJECT) if data else [])]
    if not objects:
        return {}
    rows = [(float(share), called(name), function)
            for share, name, _, function in report(data, "dso,symbol", FUNCTION)]
    own = [row for row in rows if row[1] == "weir"][:OWN]
    others = [row for row in rows if row[1] != "weir" and not row[2].startswith("0x")][:OTHERS]
    names = demangled([row[2] for row in own])
    return {
        "objects": objects[:OBJECTS],
        "own": [{"percent": row[0], "name": name} for row, name in zip(own, names)],
        "others": [{"percent": row[0], "object": row[1], "name": row[2]} for row in others]}
