"""Processes that we start, measure and end by their id."""

import functools
import os
import signal
import socket
import subprocess
import time


class CannotRun(Exception):
    """Something that the measurement needs is not there or does not work."""


given = set()


def free_port():
    """A port that the kernel chose, never twice; free unless somebody is quicker than we are."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in given:
            given.add(port)
            return port


@functools.cache
def cpus():
    """The CPU of the measured process, and that of load and upstream."""
    have = sorted(os.sched_getaffinity(0))
    if len(have) < 2:
        raise CannotRun("two CPUs are needed: one is measured, the other makes the load")
    return have[0], have[1]


def wait_for(condition, what, seconds=10):
    """Polls until the condition holds; gives up after so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise CannotRun(f"{what}: not within {seconds} s")


class Process:
    """One program with its children, bound to a CPU, its output in a file."""

    def __init__(self, name, command, cpu, folder, env=None):
        self.name = name
        self.log = os.path.join(folder, f"{name}.log")
        with open(self.log, "w") as log:
            self.child = subprocess.Popen(
                ["taskset", "-c", str(cpu), *command], stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, env={**os.environ, **(env or {})})
        self.pid = self.child.pid

    def wait_until(self, answers, seconds=10):
        """Waits until a port answers or a condition holds, while the process lives."""
        def condition():
            if self.child.poll() is not None:
                with open(self.log) as log:
                    raise CannotRun(
                        f"{self.name} ended with {self.child.returncode}: {log.read()[-2000:]}")
            return answers()
        try:
            return wait_for(condition, f"{self.name} does not answer", seconds)
        except CannotRun:
            # Nobody else knows of it yet.
            self.end()
            raise

    def pids(self):
        """The process and its children, and theirs."""
        found = [self.pid]
        for pid in found:
            try:
                with open(f"/proc/{pid}/task/{pid}/children") as children:
                    found += [int(child) for child in children.read().split()]
            except OSError:
                pass
        return found

    def cpu_seconds(self):
        """User and system time of all of it, so far, with that of children that are gone."""
        tick = os.sysconf("SC_CLK_TCK")
        user = system = 0
        for pid in self.pids():
            try:
                with open(f"/proc/{pid}/stat") as stat:
                    fields = stat.read().rpartition(")")[2].split()
            except OSError:
                continue
            user += int(fields[11]) + int(fields[13])
            system += int(fields[12]) + int(fields[14])
        return user / tick, system / tick

    def resident_bytes(self):
        """Memory that is in RAM, of all of it."""
        total = 0
        for pid in self.pids():
            try:
                with open(f"/proc/{pid}/statm") as statm:
                    total += int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            except OSError:
                pass
        return total

    def end(self):
        """SIGTERM, and SIGKILL for what does not heed it."""
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(10)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()


def listens(port):
    """Whether somebody accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
