"""What k and l share: (a) at its fixed rate, left alone and disturbed."""

import os
import time

from harness import measure
from harness.beside import Often
from harness.process import CannotRun
from harness.rounds import alternate, ratio, ratios, summary
from harness.stage import Stage

from .loads import ALL

SECONDS = 4
# Runs of as much as there can be, of whose median the rate is taken.
RATE_ROUNDS = 3
ALONE, DISTURBED, UNREAD = "left alone", "disturbed", "beside writes that nobody reads"


class Disturbance(Often):
    """Takes what time the load leaves: what we do ourselves must not be what is felt. So little of
    what was due that it would be no disturbance to speak of is a fault."""

    KEPT = 0.7

    def work(self):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        super().work()

    def __enter__(self):
        self.began = time.monotonic()
        return super().__enter__()

    def __exit__(self, kind, error, trace):
        wanted = (time.monotonic() - self.began) / self.period
        super().__exit__(kind, error, trace)
        if kind is None and self.count < self.KEPT * wanted:
            raise CannotRun(f"only {self.count} times of {wanted:.0f}: the load leaves no time for it")


def untouched(_, load):
    return load()


def rates_of(scenario, stage, options, say, key):
    """The fixed rate, and that of each program."""
    def most(name):
        one = stage.measured[name]
        return measure.with_cpu(
            one.process, lambda: scenario.most(stage, one, options.seconds))
    return measure.fixed_rate(alternate(
        list(stage.measured), most, RATE_ROUNDS, lambda where, one: say(
            f"{key}: {where}{one['requests_per_second']:.0f} requests/s"), stage.leave_out))


def compare(key, who, disturb, options, say, unread=None):
    """Each in turn left alone, disturbed and, with `unread`, beside what it need not know of; these
    are called with it and its load, and report. One's ways follow each other, in an order that shifts."""
    scenario, seconds = ALL[0], max(options.seconds, SECONDS)
    ways = {ALONE: untouched, DISTURBED: disturb, **({UNREAD: unread} if unread else {})}
    with Stage(options, "http1", None, say) as stage:
        stage.start(only=who)
        scenario.prepare(stage)
        measure.check(scenario, stage)
        measure.warm(scenario, stage)
        rate, rates = rates_of(scenario, stage, options, say, key)
        turns = {name: 0 for name in stage.measured}

        def run(name):
            one, turn = stage.measured[name], turns[name] % len(ways)
            turns[name] += 1
            order = list(ways)[turn:] + list(ways)[:turn]
            return {how: ways[how](one, lambda: scenario.at_rate(
                stage, one, rates[name], seconds, must_succeed=False)) for how in order}

        def tell(where, found):
            for how in ways:
                say(f"{key}: {where}{how}: p99 {found[how]['p99_ms']:.2f} ms, "
                    f"{found[how]['failed']} failed")
        rounds = alternate(list(stage.measured), run, options.rounds, tell, stage.leave_out)
        return {
            "rate": rate, "seconds": seconds, "left_out": stage.left_out,
            "figures": {name: {"rate": rates[name], **figures_of(found)}
                        for name, found in rounds.items()}}


def figures_of(rounds):
    """A program's, of its rounds, each of which has a run for each way."""
    runs = {how: [one[how] for one in rounds] for how in (ALONE, DISTURBED, UNREAD)
            if how in rounds[0]}
    quiet, disturbed = runs[ALONE], runs[DISTURBED]
    return {
        **{kind: sum(one[kind] for one in disturbed) for kind in ("failed", "unfinished")},
        "failed_before": [one["failed_before"] for one in rounds if "failed_before" in one],
        "unfinished_alone": sum(one["unfinished"] for one in quiet),
        "connections_lost": sum(one["lost_idle"] for one in disturbed),
        "times": sum(one["times"] for one in disturbed),
        "lost_changes": sum(not one.get("is_served", True) for one in disturbed),
        "quiet_p99_ms": summary(quiet, "p99_ms"), "p99_ms": summary(disturbed, "p99_ms"),
        "p999_ms": summary(disturbed, "p999_ms"),
        **({"unread_p99_ms": summary(runs[UNREAD], "p99_ms")} if UNREAD in runs else {}),
        "p99_ratio": ratio(disturbed, quiet, "p99_ms"),
        "p99_ratios": ratios(disturbed, quiet, "p99_ms")}
