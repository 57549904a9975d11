"""How a scenario of load is measured, for all programs alike."""

from . import calls, fair, profiles, routes
from .process import CannotRun
from .rounds import alternate, summary
from .stage import Stage

FIGURES = ("cpu_us", "user_us", "system_us", "requests_per_second", "busy")
TIMES = ("p50_ms", "p99_ms", "p999_ms")
# Of what the slower of weir and the best peer can do.
LOAD = 0.6


def with_cpu(process, load):
    """What a load reports, with the CPU time that it took the process."""
    user_before, system_before = process.cpu_seconds()
    report = load()
    user_after, system_after = process.cpu_seconds()
    requests = report["requests"]
    user, system = user_after - user_before, system_after - system_before
    return {
        **report, "cpu_us": (user + system) / requests * 1e6, "user_us": user / requests * 1e6,
        "system_us": system / requests * 1e6, "busy": (user + system) / report["seconds"],
        "requests_per_second": requests / report["seconds"]}


def fixed_rate(runs):
    """The rate of the timed runs, and each program's own where it cannot keep up with that."""
    rates = {name: summary(of_it, "requests_per_second")["median"] for name, of_it in runs.items()}
    peers = [rate for name, rate in rates.items() if name != "weir"]
    candidates = [max(peers)] if peers else []
    if "weir" in rates:
        candidates.append(rates["weir"])
    rate = LOAD * min(candidates)
    return rate, {name: rate if rate <= 0.9 * most else LOAD * most
                  for name, most in rates.items()}


def check(scenario, stage):
    """Fairness first: no figure counts when the programs do not do the same."""
    more = [word for text in scenario.fields for word in ("-H", text)]
    if scenario.body:
        more += ["--data-binary", f"@{stage.body}"]
    fair.check(
        stage, scenario.host, scenario.tls is not None, "2" if scenario.is_h2 else "1.1", more)
    if stage.shape == "routes":
        fair.check_tag(stage, scenario.host, routes.revisions(routes.SHOWN)[-1])


def warm(scenario, stage):
    """Has each program's upstream connections made; one that does not keep them is left out."""
    for name, one in list(stage.measured.items()):
        stage.say(f"{scenario.key}: warming {name}")
        try:
            fair.Reuse(stage).warm(one, lambda: scenario.most(stage, one, scenario.warm))
        except CannotRun as fault:
            stage.leave_out(name, fault)


def throughput(scenario, options, say):
    """The whole of it: rounds of as much as there can be, then rounds at the fixed rate."""
    with Stage(options, scenario.shape, scenario.tls, say) as stage:
        measured = stage.start()
        scenario.prepare(stage)
        check(scenario, stage)
        warm(scenario, stage)
        reuse = fair.Reuse(stage)
        runs = alternate(
            measured, lambda name: reuse.of_run(measured[name], lambda: with_cpu(
                measured[name].process,
                lambda: scenario.most(stage, measured[name], options.seconds))),
            options.rounds, lambda where, run: say(
                f"{scenario.key}: {where}{run['cpu_us']:.2f} us a request, "
                f"{run['requests_per_second']:.0f} requests/s"), stage.leave_out)
        result = {
            "title": scenario.title, "mebibytes": scenario.mebibytes, "runs": runs,
            "figures": {
                name: {
                    **{figure: summary(runs[name], figure) for figure in FIGURES},
                    "resident_bytes": one.process.resident_bytes()}
                for name, one in measured.items()}}
        add_times(scenario, stage, options, say, runs, result)
        add_calls(scenario, stage, say, result)
        result["left_out"] = stage.left_out
        result["figures"] = {
            name: one for name, one in result["figures"].items() if name in stage.measured}
        if "weir" in measured:
            say(f"{scenario.key}: profile")
            result["profile"] = profiles.measure(
                stage, measured["weir"].process,
                lambda: scenario.most(stage, measured["weir"], 3))
        return result


def add_times(scenario, stage, options, say, runs, result):
    rate, rates = fixed_rate(runs)
    measured, reuse = stage.measured, fair.Reuse(stage)
    timed = alternate(
        measured, lambda name: reuse.of_run(measured[name], lambda: scenario.at_rate(
            stage, measured[name], rates[name], options.seconds, must_succeed=False)),
        options.rounds, lambda where, run: say(
            f"{scenario.key}: {where}p50 {run['p50_ms']:.2f}, p99 {run['p99_ms']:.2f}, "
            f"p99.9 {run['p999_ms']:.2f} ms"), stage.leave_out)
    result["rate"] = rate
    result["timed"] = timed
    for name in measured:
        result["figures"][name].update(
            {figure: summary(timed[name], figure) for figure in TIMES},
            rate=rates[name],
            **{kind: sum(run[kind] for run in timed[name]) for kind in ("failed", "unfinished")},
            resumed=sum(run["resumed"] for run in timed[name]) / max(
                1, sum(run["handshakes"] for run in timed[name])))


def add_calls(scenario, stage, say, result):
    for name, one in stage.measured.items():
        say(f"{scenario.key}: strace {name}")
        result["figures"][name]["calls"] = calls.measure(
            stage, one.process, lambda: scenario.most(stage, one, 2))
