"""Runs in turn, so that what the machine does besides meets all alike."""

import statistics


def alternate(names, run, rounds, say):
    """Calls `run(name)` for each name in each round; the figures of all runs by name."""
    names = list(names)
    runs = {name: [] for name in names}
    for turn in range(rounds):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            figures = run(name)
            runs[name].append(figures)
            say(f"round {turn + 1} {name}: {figures['cpu_us']:.2f} us a request, "
                f"{figures['requests_per_second']:.0f} requests/s")
    return runs


def medians(runs, figures):
    """The median of each figure, and the range of the CPU."""
    result = {figure: statistics.median(run[figure] for run in runs) for figure in figures}
    of_all = [run["cpu_us"] for run in runs]
    result["cpu_us_range"] = [min(of_all), max(of_all)]
    return result
