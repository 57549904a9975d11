"""What k and l share: (a) at its fixed rate, left alone and disturbed."""

import os
import threading
import time

from harness import fair, measure
from harness.rounds import alternate, ratio, ratios, summary
from harness.stage import Stage

from .loads import ALL

SECONDS = 4
# Runs of as much as there can be, of whose median the rate is taken.
RATE_ROUNDS = 3
ALONE, DISTURBED, UNREAD = "left alone", "disturbed", "beside writes that nobody reads"


class Often(threading.Thread):
    """Does something at even times while it is entered, in what time the load leaves: what we do
    ourselves must not be what is felt."""

    def __init__(self, period, do):
        super().__init__(daemon=True)
        self.period, self.do, self.count, self.fault = period, do, 0, None
        self.over = threading.Event()

    def run(self):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        due = time.monotonic()
        try:
            while not self.over.wait(max(0, due - time.monotonic())):
                self.count += 1
                self.do(self.count)
                due += self.period
        except Exception as fault:
            self.fault = fault

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join(20)
        if self.fault:
            raise self.fault


def never(_, fault):
    raise fault


def untouched(_, load):
    return load()


def rates_of(scenario, stage, options, say, key):
    """The fixed rate, and that of each program."""
    def most(name):
        one = stage.measured[name]
        return measure.with_cpu(
            one.process, lambda: scenario.most(stage, one, options.seconds))
    return measure.fixed_rate(alternate(
        stage.measured, most, RATE_ROUNDS, lambda where, one: say(
            f"{key}: {where}{one['requests_per_second']:.0f} requests/s"), never))


def compare(key, who, disturb, options, say, unread=None):
    """Each in turn left alone, disturbed and, with `unread`, beside what it need not know of; these
    are called with it and its load, and report."""
    scenario, seconds = ALL[0], max(options.seconds, SECONDS)
    ways = {ALONE: untouched, DISTURBED: disturb, **({UNREAD: unread} if unread else {})}
    with Stage(options, "http1", None, say) as stage:
        measured = stage.start(only=who)
        scenario.prepare(stage)
        measure.check(scenario, stage)
        for one in measured.values():
            fair.Reuse(stage).warm(one, lambda: scenario.most(stage, one, scenario.warm))
        rate, rates = rates_of(scenario, stage, options, say, key)
        turns = {f"{name} {how}": (name, how) for name in measured for how in ways}

        def run(turn):
            name, how = turns[turn]
            one = measured[name]
            return ways[how](one, lambda: scenario.at_rate(
                stage, one, rates[name], seconds, must_succeed=False))
        runs = alternate(turns, run, options.rounds, lambda where, one: say(
            f"{key}: {where}p99 {one['p99_ms']:.2f} ms, {one['failed']} failed"), never)
    return {
        "rate": rate, "seconds": seconds,
        "figures": {name: {"rate": rates[name], **figures_of(
            {how: runs[f"{name} {how}"] for how in ways})} for name in measured}}


def figures_of(runs):
    """A program's, of its runs by way."""
    quiet, disturbed = runs[ALONE], runs[DISTURBED]
    return {
        **{kind: sum(one[kind] for one in disturbed) for kind in ("failed", "unfinished")},
        "unfinished_alone": sum(one["unfinished"] for one in quiet),
        "connections_lost": sum(one["lost_idle"] for one in disturbed),
        "times": sum(one["times"] for one in disturbed),
        "lost_changes": sum(not one.get("is_served", True) for one in disturbed),
        "quiet_p99_ms": summary(quiet, "p99_ms"), "p99_ms": summary(disturbed, "p99_ms"),
        "p999_ms": summary(disturbed, "p999_ms"),
        **({"unread_p99_ms": summary(runs[UNREAD], "p99_ms")} if UNREAD in runs else {}),
        "p99_ratio": ratio(disturbed, quiet, "p99_ms"),
        "p99_ratios": ratios(disturbed, quiet, "p99_ms")}
