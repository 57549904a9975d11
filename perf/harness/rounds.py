"""Runs in turn, so that what the machine does besides meets all alike."""

import statistics

from .process import CannotRun

# Requests of a run below which its p99.9 is that of a handful.
TAIL = 10_000


def alternate(names, run, rounds, tell, leave_out):
    """Calls `run(name)` for each name in each round; the figures of all runs by name. One that
    fails twice in turn is left out; one that fails once runs again, and its figures say so."""
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
            said = name if isinstance(name, str) else " ".join(name)
            tell(f"round {turn + 1} of {rounds}, {said}: ", figures)
    return runs


def twice(run, name):
    try:
        return run(name)
    except CannotRun as fault:
        return {**run(name), "failed_before": str(fault)}


def summary(runs, figure):
    """The median of a figure, its least and its most."""
    values = [run[figure] for run in runs]
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def ratios(runs, others, figure):
    """The ratios of the same rounds."""
    pairs = ((one[figure], other[figure]) for one, other in zip(runs, others))
    return [one / other for one, other in pairs if other]


def ratio(runs, others, figure):
    """The median of the ratios of the same rounds."""
    found = ratios(runs, others, figure)
    return statistics.median(found) if found else None


def has_tail(runs):
    """Whether there were enough requests in each run to tell of the slowest thousandth."""
    return all(run["requests"] >= TAIL for run in runs)
