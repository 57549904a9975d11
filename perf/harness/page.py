"""RESULTS.md and its chart, from the results that lie in `perf/results`, and RESULTS.json, which has
them for machines that measured only some sections."""

import json
import os
import re

from . import bars, chart, tables
from .names import PERF, write
from .process import CannotRun

FOLDER = os.path.join(PERF, "results")
NOTES = os.path.join(PERF, "notes")
HEADING = re.compile(r"^## ([\w-]+): ", re.MULTILINE)
# Sections that are one table of the page.
COUNTED = ("calls", "hooks", "instructions")
COUNTED_HEADING = "## What an exchange costs, counted"
# Sections that run in rounds, beside those of loads.
OTHERS_IN_ROUNDS = ("k", "l", "workers")
HOW = """\
One CPU has the measured program alone, the other the load and the upstream. Each figure is the
median of alternating rounds, or of one run where a section names no rounds; *CPU* and *req/s* at the end of a row are ratios of the medians to the
best peer's, *weir's CPU* is weir's as a share of that row's. The verdicts below a table are medians
of the ratios within the rounds ([README.md](README.md)), so the two differ.
*busy* is the share of its CPU that the program used: where it is well below 100 % the load, which
shares its CPU with the upstream, was the limit, and requests/s say little. Times are those at 60 %
of what the slower of weir and the best peer can do, from the moment when a request was due (no
coordinated omission); a star marks a program that cannot do so many, at 60 % of its own. How to
measure again, and how it is made fair: [README.md](README.md).
"""


def save(key, result):
    os.makedirs(FOLDER, exist_ok=True)
    write(FOLDER, f"{key}.json", json.dumps(result, indent=1) + "\n")


def saved(keys):
    """The newest results that are there, of this machine or of RESULTS.json, in the order of the keys."""
    published = read(PERF, "RESULTS.json") or {}
    found = {}
    for key in keys:
        results = [one for one in (read(FOLDER, f"{key}.json"), published.get(key)) if one]
        if results:
            found[key] = max(results, key=lambda one: one["about"]["date"])
    return found


def lost(results, known):
    """The sections of RESULTS.md, of those that are known, of which there is no result any more."""
    path = os.path.join(PERF, "RESULTS.md")
    if not os.path.exists(path):
        return []
    with open(path) as file:
        text = file.read()
    shown = HEADING.findall(text) + (list(COUNTED) if COUNTED_HEADING in text else [])
    return [key for key in shown if key in known and key not in results]


def read(folder, name):
    """None where there is no such file."""
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return None
    with open(path) as file:
        return json.load(file)


def written(results):
    """RESULTS.json: a line for each section."""
    lines = [f'"{key}": {json.dumps(one, separators=(",", ":"))}' for key, one in results.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def note(key):
    """What people wrote of a scenario: what would be needed to reach a bar, say."""
    path = os.path.join(NOTES, f"{key}.md")
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return [file.read().strip(), ""]


def profile(result):
    """The functions that cost most."""
    rows = [("share", "object", "function")]
    rows += [(f"{one['percent']:.1f} %", one["object"], f"`{one['name'][:100]}`")
             for one in result.get("profile", [])]
    if len(rows) == 1:
        return []
    kernel = sum(one["percent"] for one in result["profile"] if "kernel" in one["object"])
    return ["", f"What remains, of weir's CPU time (the functions shown; the kernel has {kernel:.0f} "
            "% of it):", "", *tables.markdown(rows)]


def when(key, result, processor):
    """When a section was measured, on what where that is not `processor`, and in how many rounds,
    where it has rounds."""
    about = result["about"]
    detail = about["date"]
    if about["machine"]["processor"] != processor:
        detail += f", {about['machine']['processor']}"
    if "runs" not in result and key not in OTHERS_IN_ROUNDS:
        return detail
    rounds = f"{about['rounds']} round" + ("" if about["rounds"] == 1 else "s")
    return f"{detail}, {rounds} of {about['seconds']} s"


def section(key, result, all_bars, processor):
    lines = [f"## {key}: {result['title']}", ""]
    detail = when(key, result, processor)
    if "rate" in result:
        detail += f"; times at {result['rate']:.0f} requests/s"
    lines += [detail + ".", ""]
    rows = tables.of(key, result)
    if rows:
        lines += [*tables.markdown(rows), ""]
    if key == "scale":
        lines += [*(f"- {line}." for line in tables.scale(result)), ""]
    if key == "live":
        lines += [tables.live(result)[0].upper() + tables.live(result)[1:] + ".", ""]
    for name, one in result.get("figures", {}).items():
        if "fault" in one and key.startswith("g-"):
            lines += [f"† {name}: {one['fault']}.", ""]
        if one.get("lost_changes"):
            lines += [f"† {name}: in {one['lost_changes']} of the runs the last change was not "
                      "served 20 s later.", ""]
    for name, fault in result.get("left_out", {}).items():
        lines += [f"{name} is left out: {fault}.", ""]
    verdicts = bars.of(key, result, all_bars)
    lines += [f"- {verdict}" for verdict in verdicts]
    if any(not verdict.is_reached or (verdict.goal and not verdict.reaches_goal)
           for verdict in verdicts):
        lines += profile(result)
    return [*lines, "", *note(key)]


def write_page(keys):
    """The page of all that is there; refused where it would have less than before."""
    results = saved(keys)
    missing = lost(results, keys)
    if missing:
        raise CannotRun(f"RESULTS.md would lose {' '.join(missing)}: measure these too, or remove it "
                        "to begin anew")
    publication = written(results)
    exchanges = {key: results.pop(key) for key in COUNTED
                 if key in results}
    all_bars = bars.load()
    if not results and not exchanges:
        return None
    newest = max([*results.values(), *exchanges.values()], key=lambda one: one["about"]["date"])
    machine, versions = newest["about"]["machine"], newest["about"]["versions"]
    lines = [
        "# Results", "",
        f"Made by `perf/bench --write`. The newest section is of {newest['about']['date']}; each says "
        f"its own date, its rounds where it has them, and its machine where that is another. {machine['processor']}, "
        f"{machine['cpus']} CPUs, {machine['memory_gib']} GiB, Linux {machine['kernel']}, "
        f"TCP by {machine.get('congestion_control', 'the system')}.", "",
        ", ".join(f"{name} ({said})" for name, said in versions.items()) + ".", "", HOW,
        "![CPU per request](results.svg)", "", "## Bars", ""]
    verdicts = [verdict for key, result in results.items()
                for verdict in bars.of(key, result, all_bars)]
    missed = [verdict for verdict in verdicts if not verdict.is_reached]
    lines += [f"{len(verdicts) - len(missed)} of {len(verdicts)} bars are reached, "
              f"{sum(verdict.reaches_goal for verdict in verdicts)} goals."]
    lines += ["", *(f"- {verdict}" for verdict in missed), ""]
    for key, result in results.items():
        lines += section(key, result, all_bars, machine["processor"])
    if exchanges:
        lines += [COUNTED_HEADING, "",
                  "Budgets are in `budgets.json`; *our* instructions are those of weir's own "
                  "binary.", "",
                  *tables.markdown(tables.of_exchanges(
                      {key: one["kinds"] for key, one in exchanges.items()})), ""]
    write(PERF, "RESULTS.json", publication)
    write(PERF, "results.svg", chart.draw(results))
    return write(PERF, "RESULTS.md", "\n".join(lines).rstrip() + "\n")
