"""Rounds go on without a peer that cannot do it."""

import unittest

from harness.process import CannotRun
from harness.rounds import alternate, ratio


class RoundTests(unittest.TestCase):
    def test_the_order_shifts(self):
        asked = []

        def run(name):
            asked.append(name)
            return {}
        alternate("abc", run, 2, lambda *_: None, self.fail)
        self.assertEqual("".join(asked), "abcbca")

    def test_one_that_fails_twice_is_left_out(self):
        left, tries = {}, []

        def run(name):
            if name == "b":
                tries.append(name)
                raise CannotRun("no")
            return {"x": 1}
        runs = alternate("ab", run, 3, lambda *_: None, left.__setitem__)
        self.assertEqual(list(runs), ["a"])
        self.assertEqual(list(left), ["b"])
        self.assertEqual(len(tries), 2)

    def test_one_that_fails_once_says_so(self):
        faults = [CannotRun("no")]

        def run(_):
            if faults:
                raise faults.pop()
            return {"x": 1}
        runs = alternate("a", run, 2, lambda *_: None, self.fail)
        self.assertEqual(runs, {"a": [{"x": 1, "failed_before": "no"}, {"x": 1}]})

    def test_ratios_are_those_of_the_same_rounds(self):
        ours, theirs = [{"x": 1}, {"x": 10}, {"x": 2}], [{"x": 2}, {"x": 10}, {"x": 4}]
        self.assertEqual(ratio(ours, theirs, "x"), 0.5)
