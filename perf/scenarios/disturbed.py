"""What k and l share: (a) at its fixed rate, left alone and disturbed."""

import threading
import time

from harness import measure
from harness.rounds import alternate, ratio, summary
from harness.stage import Stage

from .loads import ALL

SECONDS = 4
ALONE, DISTURBED = " left alone", " disturbed"


class Often(threading.Thread):
    """Does something at even times while it is entered."""

    def __init__(self, period, do):
        super().__init__(daemon=True)
        self.period, self.do, self.count, self.fault = period, do, 0, None
        self.over = threading.Event()

    def run(self):
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


def compare(key, who, disturb, options, say, leave_alone=untouched):
    """Each alternately left alone and disturbed; both are called with it and its load, and report."""
    scenario, seconds = ALL[0], max(options.seconds, SECONDS)
    with Stage(options, "http1", None, say) as stage:
        measured = stage.start(only=who)
        scenario.prepare(stage)
        measure.check(scenario, stage)
        most = {}
        for name, one in measured.items():
            say(f"{key}: as much as {name} can")
            most[name] = [measure.with_cpu(
                one.process, lambda: scenario.most(stage, one, options.seconds))]
        rate, rates = measure.fixed_rate(most)

        turns = {f"{name}{how}": (name, how == DISTURBED)
                 for name in measured for how in (ALONE, DISTURBED)}

        def run(turn):
            name, is_disturbed = turns[turn]
            one = measured[name]

            def load():
                return scenario.at_rate(stage, one, rates[name], seconds, must_succeed=False)
            return (disturb if is_disturbed else leave_alone)(one, load)
        runs = alternate(turns, run, options.rounds, lambda where, one: say(
            f"{key}: {where}p99 {one['p99_ms']:.2f} ms, {one['failed']} failed"), never)
    figures = {}
    for name in measured:
        quiet, disturbed = runs[name + ALONE], runs[name + DISTURBED]
        figures[name] = {
            "rate": rates[name],
            **{kind: sum(one[kind] for one in disturbed) for kind in ("failed", "unfinished")},
            "unfinished_alone": sum(one["unfinished"] for one in quiet),
            "connections_lost": sum(one["lost_idle"] for one in disturbed),
            "times": sum(one["times"] for one in disturbed),
            "lost_changes": sum(not one.get("is_served", True) for one in disturbed),
            "quiet_p99_ms": summary(quiet, "p99_ms"), "p99_ms": summary(disturbed, "p99_ms"),
            "p999_ms": summary(disturbed, "p999_ms"),
            "p99_ratio": ratio(disturbed, quiet, "p99_ms")}
    return {"rate": rate, "figures": figures}
