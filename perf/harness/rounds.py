"""Runs in turn, so that what the machine does besides meets all alike."""

import statistics

from .process import CannotRun


def alternate(names, run, rounds, tell, leave_out):
    """Calls `run(name)` for each name in each round; the figures of all runs by name. One that
    fails twice in turn is left out."""
    names = list(names)
    runs = {name: [] for name in names}
    for turn in range(rounds):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            if name not in runs:
                continue
            try:
                figures = twice(run, name)
            except CannotRun as fault:
                leave_out(name, fault)
                del runs[name]
                continue
            runs[name].append(figures)
            tell(f"round {turn + 1} of {rounds}, {name}: ", figures)
    return runs


def twice(run, name):
    try:
        return run(name)
    except CannotRun:
        return run(name)


def summary(runs, figure):
    """The median of a figure, its least and its most."""
    values = [run[figure] for run in runs]
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def ratio(runs, others, figure):
    """The median of the ratios of the same rounds."""
    pairs = [(one[figure], other[figure]) for one, other in zip(runs, others) if other[figure]]
    return statistics.median(one / other for one, other in pairs) if pairs else None
