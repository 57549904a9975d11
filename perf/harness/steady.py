"""Our own load: at a fixed rate without coordinated omission, new connections, idle ones."""

import json
import os
import subprocess

from .names import CIPHER, HOST
from .process import CannotRun
from .tools import tool


def command(stage, port, **options):
    """`steady` with its options: an underscore for a dash, True for a switch, a list for many."""
    words = ["taskset", "-c", str(stage.load_cpu), tool("steady"), "--port", str(port),
             "--host", HOST, "--ciphersuites", CIPHER]
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is True:
                words.append(flag)
            elif one is not None and one is not False:
                words += [flag, str(one)]
    return words


def run(stage, port, seconds, must_succeed=True, **options):
    """What it reports; times in milliseconds."""
    done = subprocess.run(
        command(stage, port, seconds=seconds, **options), capture_output=True, text=True,
        timeout=seconds + 30)
    if done.returncode != 0:
        raise CannotRun(f"steady failed: {done.stdout}{done.stderr}")
    report = json.loads(done.stdout)
    for name in ("p50", "p99", "p999", "max", "lag_p99"):
        report[f"{name}_ms"] = report.pop(f"{name}_us") / 1000
    if must_succeed and (report["failed"] or not report["requests"]):
        raise CannotRun(f"{report['failed']} failed beside {report['requests']} requests")
    return report


class Held:
    """Idle connections, each of which has asked once."""

    def __init__(self, stage, port, most, **options):
        self.process = subprocess.Popen(
            command(stage, port, hold=True, connections=most, **options), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def open(self, count):
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline().strip()
        if said != f"open {count} failed 0":
            raise CannotRun(f"of {count} connections: {said}")

    def end(self):
        self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
