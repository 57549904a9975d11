"""Requests per CPU-second with one worker and with two. There are only two CPUs, so the load and
the upstream run on the same ones."""

from harness import measure
from harness.rounds import alternate, ratio, ratios, summary
from harness.stage import Stage
from harness.weir import Weir

from .loads import ALL

KEY, TITLE = "workers", "requests per CPU-second with 1 and 2 workers, load on the same CPUs"


def run(options, say):
    scenario = ALL[0]
    with Stage(options, "http1", None, say, share_cpus=True) as stage:
        measured = {}
        for workers in (1, 2):
            measured[str(workers)] = Weir(stage, name=f"weir-{workers}", workers=workers)
            stage.started.append(measured[str(workers)].process)
        scenario.prepare(stage)

        def turn(name):
            one = measured[name]
            report = measure.with_cpu(
                one.process, lambda: scenario.most(stage, one, options.seconds))
            return {**report, "per_cpu_second": 1e6 / report["cpu_us"]}
        for name in measured:
            turn(name)
        runs = alternate(measured, turn, options.rounds, lambda where, one: say(
            f"workers: {where}{one['per_cpu_second']:.0f} requests per CPU-second"), stage.leave_out)
    return {
        "title": TITLE, "ratio": ratio(runs["2"], runs["1"], "per_cpu_second"),
        "ratios": ratios(runs["2"], runs["1"], "per_cpu_second"),
        "figures": {name: {
            figure: summary(runs[name], figure)
            for figure in ("per_cpu_second", "requests_per_second")} for name in runs}}
