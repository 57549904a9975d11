"""How weir stands to what it is meant to reach: `bars.json`."""

import json
import os
import statistics
from dataclasses import dataclass

from .names import PERF
from .peers import SAME_OPENSSL
from .rounds import ratio, ratios

# Who uses less of its CPU waited: for the load, which shares the other one with the upstream, or
# for itself.
LOADED = 0.9
WORDS = {"cpu_us": "CPU per request", "requests_per_second": "requests/s", "p99_ms": "p99"}


@dataclass
class Verdict:
    """One figure of weir's, as a ratio, beside the bar that it must reach and the goal."""

    key: str
    what: str
    against: str
    ratio: float
    bar: float
    goal: float | None = None
    is_least: bool = False
    # The shares of their CPU that both used, where the figure is how much there can be.
    busy: tuple | None = None
    # The ratio of each round, where there are rounds.
    by_round: tuple = ()

    @property
    def is_reached(self):
        return self.reaches(self.ratio)

    def reaches(self, ratio):
        return ratio >= self.bar if self.is_least else ratio <= self.bar

    @property
    def reaches_goal(self):
        return self.goal is not None and self.ratio <= self.goal

    @property
    def is_short(self):
        """Whether something is left to reach."""
        return not self.is_reached or self.goal is not None and not self.reaches_goal

    @property
    def is_clear(self):
        """Whether each round alone says the same."""
        return all(self.reaches(one) == self.is_reached for one in self.by_round)

    @property
    def state(self):
        if not self.is_reached:
            return "MISSED" + (f" by {abs(self.ratio / self.bar - 1):.0%}" if self.bar else "")
        if self.reaches_goal:
            return "goal reached"
        return "reached" + (
            f", {self.ratio / self.goal - 1:.0%} short of the goal" if self.goal else "")

    @property
    def caveats(self):
        """What a reader should know of the ratio."""
        if not self.is_clear:
            held = sum(map(self.reaches, self.by_round))
            yield f"the bar is reached in {held} of {len(self.by_round)} rounds"
        idle = [f"{name} used {busy:.0%} of its CPU"
                for name, busy in zip(("weir", self.against), self.busy or ()) if busy < LOADED]
        if idle:
            yield ", ".join(idle)

    def __str__(self):
        bound = f"{'at least' if self.is_least else 'at most'} {self.bar:.2f}"
        goal = f", goal {self.goal:.2f}" if self.goal else ""
        return "; ".join([
            f"{self.key}: {self.what} {self.ratio:.2f} of {self.against} ({bound}{goal}): "
            f"{self.state}", *self.caveats])


@dataclass
class Bound:
    """One figure of weir's alone, beside the most that it may be."""

    key: str
    what: str
    value: float
    most: float
    unit: str
    goal = None
    reaches_goal = False
    is_clear = True

    @property
    def is_short(self):
        return not self.is_reached

    @property
    def is_reached(self):
        return self.value <= self.most

    def __str__(self):
        state = "reached" if self.is_reached else f"OVER by {self.value / self.most - 1:.0%}"
        return (f"{self.key}: {self.what} {self.value:,.4g} {self.unit} "
                f"(at most {self.most:,g}): {state}")


def load():
    with open(os.path.join(PERF, "bars.json")) as file:
        return json.load(file)


def best(figures, figure, among=None, is_most=False):
    """The peer with the best median; one that was timed at a lower rate is none."""
    peers = {name: one[figure]["median"] for name, one in figures.items()
             if name != "weir" and (among is None or name in among) and "fault" not in one
             and (not figure.endswith("_ms") or one["rate"] == figures["weir"]["rate"])}
    if not peers:
        return None
    return (max if is_most else min)(peers, key=peers.get)


def pair(bar):
    return bar if isinstance(bar, list) else [bar, None]


def busy(figures, peer):
    """Both shares, where they were measured."""
    both = [figures[name].get("busy") for name in ("weir", peer)]
    return tuple(one["median"] for one in both) if all(both) else None


def beside(key, result, figure, peer, bar, is_least):
    """Weir's figure of a scenario of load beside a peer's."""
    runs = result["timed" if figure == "p99_ms" else "runs"]
    most, goal = pair(bar)
    return Verdict(
        key, WORDS[figure], peer, ratio(runs["weir"], runs[peer], figure), most, goal, is_least,
        busy(result["figures"], peer) if is_least else None,
        tuple(ratios(runs["weir"], runs[peer], figure)))


def of_load(key, result, bars):
    figures = result["figures"]
    if "weir" not in figures:
        return
    among = SAME_OPENSSL if key.startswith("g-") else None
    for figure, is_least in (("cpu_us", False), ("requests_per_second", True), ("p99_ms", False)):
        if key not in bars[figure]:
            continue
        if peer := best(figures, figure, among, is_least):
            yield beside(key, result, figure, peer, bars[figure][key], is_least)
    if key in bars["envoy"]["scenarios"] and "envoy" in figures:
        for figure, is_least in (("cpu_us", False), ("requests_per_second", True)):
            yield beside(key, result, figure, "envoy", bars["envoy"][figure], is_least)


def of_idle(key, result, bars):
    for transport, (bar, goal) in bars["idle"].items():
        kinds = {name: one[transport] for name, one in result["figures"].items()
                 if "fault" not in one[transport]
                 and (name == "weir" or transport == "plain" or name in SAME_OPENSSL)}
        ours = kinds.pop("weir", None)
        if ours is not None and kinds:
            size = "bytes_per_connection"
            peer = min(kinds, key=lambda name: kinds[name][size])
            pairs = zip(ours.get("by_round", ()), kinds[peer].get("by_round", ()))
            found = tuple(one / other for one, other in pairs)
            yield Verdict(
                key, f"memory of an idle connection, {transport},", peer,
                statistics.median(found) if found else ours[size] / kinds[peer][size], bar, goal,
                by_round=found)


def of_disturbed(key, result, bars):
    figures = result["figures"].get("weir")
    if figures:
        yield Verdict(key, "p99", "the undisturbed one", figures["p99_ratio"],
                      bars["disturbed_p99"][key], by_round=tuple(figures.get("p99_ratios", ())))
        lost = figures["failed"] + figures["unfinished"] + figures["lost_changes"]
        yield Verdict(key, "failed requests and lost changes", "none allowed", lost, 0)


SCALE = {
    "load_seconds": ("ready after", "s"), "resident_mb": ("resident", "MB"),
    "table_bytes_per_route": ("a Route in the table", "bytes"),
    "change_ms": ("a change is live after", "ms")}


def of_scale(key, figures, bars):
    bars = bars["scale"]
    for form in ("yaml", "json"):
        for figure, (what, unit) in SCALE.items():
            yield Bound(key, f"{form}: {what}", figures[form][figure],
                        bars[figure][form] if figure == "load_seconds" else bars[figure], unit)
    scrapes = figures["scrapes"]
    yield Bound(key, "a scrape", scrapes["scrape_ms"], bars["scrape_ms"], "ms")
    yield Bound(key, "a scrape, of the workers' time", scrapes["scrape_worker_ms"],
                bars["scrape_worker_ms"], "ms")
    sizes = list(figures["instructions"])
    few, *_, many = figures["instructions"].values()
    yield Bound(key, f"an exchange among {int(sizes[-1]):,} Routes beside one among {sizes[0]}",
                many / few, bars["decision_ratio"], "times the instructions")


def of(key, result, bars):
    """The verdicts of one scenario."""
    if "runs" in result:
        return list(of_load(key, result, bars))
    if key == "i":
        return list(of_idle(key, result, bars))
    if key in bars["disturbed_p99"]:
        return list(of_disturbed(key, result, bars))
    if key == "scale":
        return list(of_scale(key, result["scale"], bars))
    if key == "workers":
        return [Verdict(key, "requests per CPU-second with 2 workers", "those with 1",
                        result["ratio"], bars["workers"], is_least=True,
                        by_round=tuple(result.get("ratios", ())))]
    return []
