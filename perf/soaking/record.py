"""What was measured in a soak, and whether it is good."""

import os
import statistics
import threading
import time
import urllib.request

from .cast import SOUND

# What memory may differ from its middle once it has settled.
FLAT = 0.05
# Seconds that it may take to settle, and at most such a share of the whole.
SETTLED, SETTLED_SHARE = 300, 0.4
WINDOWS = 10


class Sampler(threading.Thread):
    """Memory, descriptors and CPU of the gateway, once a second."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.process, self.over = process, threading.Event()
        self.began = time.monotonic()
        # Seconds since the beginning, bytes, descriptors.
        self.samples = []

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def run(self):
        while not self.over.wait(1):
            try:
                self.samples.append((
                    time.monotonic() - self.began, self.process.resident_bytes(),
                    self.descriptors()))
            except OSError:
                # It is gone, which others notice.
                return

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join(5)


def memory(samples, seconds):
    """The medians of memory in equal parts of the time after it had settled."""
    first = min(SETTLED, seconds * SETTLED_SHARE)
    width = (seconds - first) / WINDOWS
    parts = [[] for _ in range(WINDOWS)]
    for at, used, _ in samples:
        if first <= at < seconds:
            parts[int((at - first) / width)].append(used)
    return [statistics.median(part) for part in parts if part]


def spread(medians):
    """How far from their middle they are at most."""
    middle = (max(medians) + min(medians)) / 2
    return (max(medians) - middle) / middle


def exchanges(text):
    """The counts of weir_requests_total by route, code and flags."""
    counts = {}
    for line in text.splitlines():
        if not line.startswith("weir_requests_total{"):
            continue
        labels, _, value = line[len("weir_requests_total{"):].rpartition("} ")
        found = dict(part.split("=", 1) for part in labels.split(","))
        key = tuple(found[name].strip('"') for name in ("route", "code", "flags"))
        counts[key] = counts.get(key, 0) + float(value)
    return counts


def gauges(text, name):
    """The sum of a metric."""
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines()
               if line.startswith((name + " ", name + "{")))


def scrape(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return answer.read().decode()


def unsound(counts, unfinished):
    """What the gateway counted on routes that must be served well, and is not good.

    Who did not wait for an answer that was late is no failure of the gateway's.
    """
    wrong = {key: count for key, count in counts.items()
             if key[0] in SOUND and not (key[1] in ("200", "101") and key[2] == "-")}
    gone = sum(count for key, count in wrong.items() if key[2] == "DC")
    if gone <= unfinished:
        wrong = {key: count for key, count in wrong.items() if key[2] != "DC"}
    return wrong


class Verdict:
    """Lines for people, each good or not."""

    def __init__(self):
        self.lines = []

    def take(self, is_good, what):
        self.lines.append((bool(is_good), what))

    @property
    def is_good(self):
        return all(good for good, _ in self.lines)

    def __str__(self):
        return "\n".join(f"{'ok    ' if good else 'FAILED'}  {what}" for good, what in self.lines)
