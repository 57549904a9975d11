"""All sections of the bench, in the order in which they run."""

from functools import partial

from . import (
    budgeted, changes, floods, idle, lines, live, loads, scale, scrapes, websockets, workers)


class Section:
    """A key for `--only`, a title, and what runs it."""

    def __init__(self, key, title, run):
        self.key, self.title, self.run = key, title, run

    def is_meant(self, only):
        """`g` means all of g."""
        return any(self.key == one or self.key.startswith(one + "-") for one in only)


def of_module(module):
    return Section(module.KEY, module.TITLE, module.run)


LOADS = {scenario.key: Section(scenario.key, scenario.title, partial(loads.run, scenario))
         for scenario in loads.ALL}
ALL = [
    *(LOADS[key] for key in LOADS if key != "j"), of_module(idle), LOADS["j"],
    *map(of_module, (changes, scrapes, workers, lines, websockets, floods, live, scale)),
    *(Section(key, title, run) for key, (title, run) in budgeted.SECTIONS.items())]
