"""What goes on beside a load, in threads of their own."""

import threading
import time

from .process import CannotRun

# Seconds that the last piece of work may take: more than any program that we start.
LAST = 90


class Beside(threading.Thread):
    """Does its `work` from when it is entered until it is left, which waits for it to end; `over` is
    set by then. What it raised is raised there, or noted where something else is."""

    def __init__(self):
        super().__init__(daemon=True)
        self.over, self.fault = threading.Event(), None

    def run(self):
        try:
            self.work()
        except Exception as fault:
            self.fault = fault

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, error, _):
        self.over.set()
        self.join(LAST)
        if error is not None:
            if self.fault:
                error.add_note(f"beside it {type(self).__name__} failed: {self.fault!r}")
            return
        if self.fault:
            raise self.fault
        if self.is_alive():
            raise CannotRun(f"{type(self).__name__} did not end within {LAST} s")


class Often(Beside):
    """Does something at even times, each told how many it is; what was missed is not made up for."""

    def __init__(self, period, do):
        super().__init__()
        self.period, self.do, self.count = period, do, 0

    def work(self):
        due = time.monotonic()
        while not self.over.wait(max(0, due - time.monotonic())):
            self.count += 1
            self.do(self.count)
            due = max(due + self.period, time.monotonic())
