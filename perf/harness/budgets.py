"""What is over a budget of `budgets.json`, in words."""

import json
import math
import os

from .bars import best
from .exchanges import KINDS
from .names import PERF
from .rounds import ratio

# Which section counts what.
SECTIONS = {
    "socket_calls": "calls", "mallocs": "hooks", "library_mallocs": "hooks", "retains": "hooks",
    "instructions": "instructions"}
# Counts that must be none may be off by what a timer does besides.
NONE = 0.002
# A budget is at most so much above what was last measured; it is written with a little less, since
# the next count may be a little lower.
ROOM, WRITTEN_ROOM = 1.05, 1.045
PATH = os.path.join(PERF, "budgets.json")


def load():
    with open(PATH) as file:
        return json.load(file)


def found(results, kind):
    """What an exchange of a kind cost, as far as it was counted."""
    costs = {}
    if kind in results.get("calls", {}):
        costs["socket_calls"] = results["calls"][kind]["socket_calls"]
    if kind in results.get("hooks", {}):
        one = results["hooks"][kind]
        costs.update({name: one[name] for name in ("mallocs", "library_mallocs", "retains")})
    if kind in results.get("instructions", {}):
        costs["instructions"] = results["instructions"][kind]["ours"]
    return costs


def of_exchanges(results, budgets):
    """Socket calls, mallocs, retains and instructions, by kind of exchange."""
    for kind, limits in budgets["exchanges"].items():
        if not results.get("hooks", {}).get(kind, {}).get("sees_retains", True):
            yield "retains cannot be counted: none was ever seen"
        costs = found(results, kind)
        for name in limits:
            if SECTIONS[name] in results and name not in costs:
                yield f"{kind}: {name.replace('_', ' ')} were not counted"
        for name, value in costs.items():
            if name in limits and value > limits[name] + NONE:
                yield f"{kind}: {value:,.3f} {name.replace('_', ' ')} per exchange, " \
                      f"at most {limits[name]:,}"


def with_room(name, value, room):
    """The budget for what was counted: so many digits that the room does not vanish in them."""
    if abs(value) <= NONE:
        return 0
    digits = 0 if name == "instructions" else 2 if value >= 1 else 4
    limit = math.floor(value * room * 10**digits) / 10**digits
    return int(limit) if digits == 0 else limit


def loose(results, budgets):
    """The budgets that have more room than they may have above what was counted."""
    for kind, limits in budgets["exchanges"].items():
        for name, value in found(results, kind).items():
            most = with_room(name, value, ROOM)
            if limits.get(name, 0) > most:
                yield f"{kind}: the budget for {name.replace('_', ' ')} is {limits[name]:,}, " \
                      f"at most {most:,} by the last count of {value:,.3f}"


def renew(results, budgets):
    """Writes the counted budgets anew, with room above what was measured; none stays none."""
    exchanges = {kind: dict(budgets["exchanges"].get(kind, {})) for kind in KINDS}
    for kind, limits in exchanges.items():
        for name, value in found(results, kind).items():
            if limits.get(name) != 0:
                limits[name] = with_room(name, value, WRITTEN_ROOM)
    ordered = {kind: {name: one[name] for name in SECTIONS if name in one}
               for kind, one in exchanges.items() if one}
    write({**budgets, "exchanges": ordered})


def write(budgets):
    """The file: a line for each kind of exchange."""
    exchanges = ",\n".join(
        f'        "{kind}": {json.dumps(limits)}' for kind, limits in budgets["exchanges"].items())
    rest = "".join(
        f',\n    "{key}": {json.dumps(value)}' for key, value in budgets.items()
        if key != "exchanges")
    with open(PATH, "w") as file:
        file.write(f'{{\n    "exchanges": {{\n{exchanges}\n    }}{rest}\n}}\n')


def of_ratios(results, budgets):
    """CPU per request against the best peer's: not the bar, but what must never be exceeded."""
    for key, most in budgets["cpu_ratio"].items():
        result = results.get(key, {})
        peer = best(result.get("figures", {}), "cpu_us") if "runs" in result else None
        if peer and "weir" in result["runs"]:
            found = ratio(result["runs"]["weir"], result["runs"][peer], "cpu_us")
            if found > most:
                yield f"{key}: CPU per request is {found:.2f} of {peer}'s, at most {most}"


def of_lines(exchange, one, most):
    """Cache lines that both of two workers write; where none was seen the look was none."""
    if not all(one["lines"]):
        yield f"{exchange}: no line was seen to be written"
    if len(one["shared"]) > most:
        yield f"{exchange}: both workers write {len(one['shared'])} cache lines, at most {most}: " \
              f"{one['shared']}"


def judge(results, budgets):
    """A line for each budget that is not held."""
    over = [*of_exchanges(results, budgets), *of_ratios(results, budgets)]
    if "live" in results and results["live"]["max_ms"] > budgets["change_to_live_ms"]:
        over.append(f"a change took {results['live']['max_ms']:.1f} ms to be live, "
                    f"at most {budgets['change_to_live_ms']}")
    for kind, one in results.get("floods", {}).get("figures", {}).get("weir", {}).items():
        if "fault" in one:
            over.append(f"well-behaved requests failed under {kind}: {one['fault']}")
    for exchange, one in results.get("lines", {}).get("figures", {}).items():
        over += of_lines(exchange, one, budgets["shared_lines"])
    return over
