"""What is over a budget of `budgets.json`, in words."""

import json
import os

from .bars import best
from .names import PERF
from .rounds import ratio

# Counts that must be none may be off by what a timer does besides.
NONE = 0.001


def load():
    with open(os.path.join(PERF, "budgets.json")) as file:
        return json.load(file)


def of_exchanges(results, budgets):
    """Socket calls, mallocs, retains and instructions, by kind of exchange."""
    for kind, limits in budgets["exchanges"].items():
        found = {}
        if kind in results.get("calls", {}):
            found["socket_calls"] = results["calls"][kind]["socket_calls"]
        if kind in results.get("hooks", {}):
            one = results["hooks"][kind]
            found.update({name: one[name] for name in ("mallocs", "library_mallocs", "retains")})
            if not one["sees_retains"]:
                yield "retains cannot be counted: none was ever seen"
        if kind in results.get("instructions", {}):
            found["instructions"] = results["instructions"][kind]["ours"]
        for name, value in found.items():
            if name in limits and value > limits[name] + NONE:
                yield f"{kind}: {value:,.3f} {name.replace('_', ' ')} per exchange, " \
                      f"at most {limits[name]:,}"


def of_ratios(results, budgets):
    """CPU per request against the best peer's: not the bar, but what must never be exceeded."""
    for key, most in budgets["cpu_ratio"].items():
        result = results.get(key, {})
        peer = best(result.get("figures", {}), "cpu_us") if "runs" in result else None
        if peer and "weir" in result["runs"]:
            found = ratio(result["runs"]["weir"], result["runs"][peer], "cpu_us")
            if found > most:
                yield f"{key}: CPU per request is {found:.2f} of {peer}'s, at most {most}"


def judge(results, budgets):
    """A line for each budget that is not held."""
    over = [*of_exchanges(results, budgets), *of_ratios(results, budgets)]
    if "live" in results and results["live"]["max_ms"] > budgets["change_to_live_ms"]:
        over.append(f"a change took {results['live']['max_ms']:.1f} ms to be live, "
                    f"at most {budgets['change_to_live_ms']}")
    for kind, one in results.get("floods", {}).get("figures", {}).get("weir", {}).items():
        if "fault" in one:
            over.append(f"well-behaved requests failed under {kind}: {one['fault']}")
    return over
