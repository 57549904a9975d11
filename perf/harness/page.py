"""RESULTS.md and its chart, from the results that lie in `perf/results`, and RESULTS.json, which has
them for machines that measured only some sections."""

import json
import os
import re

from . import bars, behind, chart, tables
from .names import PERF, write
from .process import CannotRun
from .rounds import summary

FOLDER = os.path.join(PERF, "results")
NOTES = os.path.join(PERF, "notes")
HEADING = re.compile(r"^## ([\w-]+): ", re.MULTILINE)
# Sections that are one table of the page.
COUNTED = ("calls", "hooks", "instructions")
COUNTED_HEADING = "## What an exchange costs, counted"
# Sections that run in rounds, beside those of loads.
OTHERS_IN_ROUNDS = ("k", "l", "workers")
# Fewer are not published.
ROUNDS_MIN = 5
# Who had so much else to do before a section was not quiet.
BUSY_LOAD = 4
HOW = """\
One CPU has the measured program alone, the other the load and the upstream. Each figure is the
median of alternating rounds, or of one run where a section names no rounds; *CPU* and *req/s* at the end of a row are ratios of the medians to the
best peer's, *weir's CPU* is weir's as a share of that row's. The verdicts below a table are medians
of the ratios within the rounds ([README.md](README.md)), so the two differ.
*busy* is the share of its CPU that the program used: where it is well below 100 % the load, which
shares its CPU with the upstream, was the limit, and requests/s say little. Times are those at 60 %
of what the slower of weir and the best peer can do, from the moment when a request was due (no
coordinated omission); a star marks a program that cannot do so many, at 60 % of its own. p99.9 is told
where each round had 10,000 requests. A verdict says in how many rounds the bar is reached where they do
not all agree, and which program did not use its CPU up, so that requests/s are not all that it can do.
How to measure again, and how it is made fair: [README.md](README.md).
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
    """What RESULTS.md shows of the sections that are known, and no result has any more: sections, and
    peers of them."""
    path = os.path.join(PERF, "RESULTS.md")
    if not os.path.exists(path):
        return []
    with open(path) as file:
        text = file.read()
    shown = HEADING.findall(text) + (list(COUNTED) if COUNTED_HEADING in text else [])
    return [*(key for key in shown if key in known and key not in results),
            *lost_peers(results, shown)]


def lost_peers(results, shown):
    published = read(PERF, "RESULTS.json") or {}
    for key in shown:
        now = results.get(key, {})
        there = {*now.get("figures", {}), *now.get("left_out", {})}
        for name in published.get(key, {}).get("figures", {}):
            if now and name not in there:
                yield f"{name} in {key}"


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
    """What weir's time is spent on."""
    found = result.get("profile")
    if not found:
        return []
    objects = ", ".join(f"{one['object']} {one['percent']:.0f} %" for one in found["objects"]
                        if one["percent"] >= 0.5)
    rows = [("share", "object", "function")]
    rows += [(f"{one['percent']:.1f} %", one.get("object", "weir"), f"`{one['name'][:100]}`")
             for one in found["own"] + found["others"]]
    return ["", f"What remains, of weir's CPU time: {objects}. Weir's own functions that cost most, "
            "and of the others those that have a name:", "", *tables.markdown(rows)]


def when(key, result, head):
    """When a section was measured, in how many rounds where it has rounds, and what is not as in
    `head`: the run, the binary, the machine."""
    about = result["about"]
    detail = about["date"]
    if about.get("run") != head.get("run"):
        detail += ", in another run"
    if about.get("binary") != head.get("binary"):
        detail += f" with binary {about['binary']}" if "binary" in about else " with an older binary"
    if about["machine"]["processor"] != head["machine"]["processor"]:
        detail += f", {about['machine']['processor']}"
    if about["machine"]["load_before"] > BUSY_LOAD:
        detail += f", load average {about['machine']['load_before']:.0f} before it"
    if "in_rounds" in result:
        return f"{detail}, {result['in_rounds']} rounds"
    if "runs" not in result and key not in OTHERS_IN_ROUNDS:
        return detail
    rounds = f"{about['rounds']} round" + ("" if about["rounds"] == 1 else "s")
    return f"{detail}, {rounds} of {result.get('seconds', about['seconds'])} s"


def lateness(result):
    """How late the load itself was to send what was due, in milliseconds by program."""
    late = [f"{name} {summary(runs, 'lag_p99_ms')['median']:.2f}"
            for name, runs in result.get("timed", {}).items()
            if all("lag_p99_ms" in run for run in runs)]
    return [f"Of these times the load's own lateness to send (p99, ms): {', '.join(late)}.", ""] \
        if late else []


def footnotes(key, result):
    """What went wrong, and whom it is about."""
    for name, one in result.get("figures", {}).items():
        if "fault" in one and key.startswith("g-"):
            yield f"† {name}: {one['fault']}."
        if one.get("lost_changes"):
            yield (f"† {name}: in {one['lost_changes']} of the runs the last change was not served "
                   "20 s later.")
        if one.get("failed_before"):
            yield ran_again(name, one["failed_before"])
    for kind in ("runs", "timed"):
        for name, runs in result.get(kind, {}).items():
            again = [run["failed_before"] for run in runs if "failed_before" in run]
            if again:
                yield ran_again(name, again)
    for name, fault in result.get("left_out", {}).items():
        yield f"{name} is left out: {fault}."


def ran_again(name, faults):
    return f"{name}: {len(faults)} of its runs failed and ran again: {faults[0][:200]}."


def told(key, result):
    """What stands between a section's date and its verdicts."""
    rows = tables.of(key, result)
    if rows:
        yield from (*tables.markdown(rows), "")
    if key == "scale":
        yield from (*(f"- {line}." for line in tables.scale(result)), "")
    if key == "live":
        text = tables.live(result)
        yield from (text[0].upper() + text[1:] + ".", "")
    yield from lateness(result)
    for line in footnotes(key, result):
        yield from (line, "")


def section(key, result, all_bars, head):
    rate = f"; times at {result['rate']:.0f} requests/s" if "rate" in result else ""
    verdicts = bars.of(key, result, all_bars)
    lines = [f"## {key}: {result['title']}", "", when(key, result, head) + rate + ".", "",
             *told(key, result), *(f"- {verdict}" for verdict in verdicts)]
    if any(verdict.is_short for verdict in verdicts):
        lines += profile(result)
    return [*lines, "", *note(key)]


def counted(exchanges, head):
    """The table of what is counted, in place of a section for each way to count."""
    dates = {key: when(key, one, head) for key, one in exchanges.items()}
    same = set(dates.values())
    return [
        COUNTED_HEADING, "",
        (same.pop() if len(same) == 1
         else "; ".join(f"{key}: {date}" for key, date in dates.items())) + ".", "",
        "Budgets are in `budgets.json`; *our* instructions are those of weir's own binary.", "",
        *tables.markdown(tables.of_exchanges(
            {key: one["kinds"] for key, one in exchanges.items()})), ""]


def head_of(results):
    """What is said of the newest section of the run that has most of them: where, when, of what."""
    runs = [one["about"].get("run") for one in results.values()]
    most = max(runs, key=lambda run: (run is not None, runs.count(run)))
    return max((one["about"] for one in results.values() if one["about"].get("run") == most),
               key=lambda about: about["date"])


def one_run(results, head):
    """Which sections are of one run, and which are not."""
    if "run" not in head:
        return "The sections are of several runs."
    of_it = [key for key, one in results.items() if one["about"].get("run") == head["run"]]
    others = [key for key in results if key not in of_it]
    text = f"In one run, of one binary (SHA-256 {head.get('binary', 'none')}; this checkout was at " \
           f"{head['commit']}): {' '.join(of_it)}."
    return text + (f" From other runs, which say so: {' '.join(others)}." if others else "")


def summed(results, all_bars):
    """How many bars are reached, which are not, which not in all rounds, and where weir is behind."""
    verdicts = [verdict for key, result in results.items()
                for verdict in bars.of(key, result, all_bars)]
    missed = [verdict for verdict in verdicts if not verdict.is_reached]
    unclear = [verdict for verdict in verdicts if verdict.is_reached and not verdict.is_clear]
    lines = [f"{len(verdicts) - len(missed)} of {len(verdicts)} bars are reached, "
             f"{sum(verdict.reaches_goal for verdict in verdicts)} goals.", "",
             *(f"- {verdict}" for verdict in missed), ""]
    if unclear:
        lines += ["Reached by the median, but not in each round:", "",
                  *(f"- {verdict}" for verdict in unclear), ""]
    rows = behind.rows(results)
    if len(rows) > 1:
        lines += ["Where the best of all peers is ahead by more than 5 %, with a bar or without:", "",
                  *tables.markdown(rows), ""]
    return lines


def write_page(keys):
    """The page of all that is there; refused where it would have less than before."""
    results = saved(keys)
    few = [key for key, one in results.items()
           if ("runs" in one or key in OTHERS_IN_ROUNDS) and one["about"]["rounds"] < ROUNDS_MIN]
    if few:
        raise CannotRun(f"of {', '.join(few)} there are fewer than {ROUNDS_MIN} rounds: measure again")
    missing = lost(results, keys)
    if missing:
        raise CannotRun(f"RESULTS.md would lose {', '.join(missing)}: measure these too, or remove it "
                        "and RESULTS.json to begin anew")
    if not results:
        return None
    publication = written(results)
    all_bars = bars.load()
    head = head_of(results)
    machine, versions = head["machine"], head["versions"]
    lines = [
        "# Results", "",
        f"Made by `perf/bench --write`. Most of it is of {head['date'][:10]}; each section says its own "
        f"date, and its machine where that is another. {machine['processor']}, "
        f"{machine['cpus']} CPUs, {machine['memory_gib']} GiB, Linux {machine['kernel']}, "
        f"TCP by {machine.get('congestion_control', 'the system')}.", "",
        one_run(results, head), "",
        ", ".join(f"{name} ({said})" for name, said in versions.items()) + ".", "", HOW,
        "![CPU per request](results.svg)", "", "## Bars", ""]
    exchanges = {key: results.pop(key) for key in COUNTED if key in results}
    lines += summed(results, all_bars)
    for key, result in results.items():
        lines += section(key, result, all_bars, head)
    if exchanges:
        lines += counted(exchanges, head)
    write(PERF, "RESULTS.json", publication)
    write(PERF, "results.svg", chart.draw(results))
    return write(PERF, "RESULTS.md", "\n".join(lines).rstrip() + "\n")
