"""What goes on beside a load goes on, ends with it, and does not fail in silence."""

import os
import threading
import unittest

from harness.beside import Beside, Often
from harness.process import CannotRun
from scenarios.disturbed import Disturbance
from soaking.disturb import Changes, Deaths, Floods


class Broken(Beside):
    def work(self):
        raise ValueError("broken")


class BesideTests(unittest.TestCase):
    def test_it_is_done_until_it_is_left(self):
        third = threading.Event()
        with Often(0.001, lambda count: count < 3 or third.set()) as often:
            self.assertTrue(third.wait(10))
        self.assertFalse(often.is_alive())
        self.assertGreaterEqual(often.count, 3)

    def test_a_fault_is_raised_where_it_is_left(self):
        with self.assertRaisesRegex(ValueError, "broken"):
            with Broken():
                pass

    def test_why_it_is_left_early_is_not_hidden(self):
        with self.assertRaisesRegex(KeyError, "the cause") as raised:
            with Broken() as beside:
                beside.join(10)
                raise KeyError("the cause")
        self.assertIn("beside it Broken failed: ValueError", raised.exception.__notes__[0])

    def test_what_the_soak_does_beside_its_load_can_be_left(self):
        for kind in (Changes, Deaths, Floods):
            beside = kind(None)
            # None of it is to be done: what was over before it began.
            beside.over.set()
            with beside:
                pass
            self.assertFalse(beside.is_alive(), kind.__name__)


class DisturbanceTests(unittest.TestCase):
    def test_it_takes_what_time_the_load_leaves(self):
        before, policies, seen = os.sched_getscheduler(0), [], threading.Event()

        def note(_):
            policies.append(os.sched_getscheduler(0))
            seen.set()
        # Once, and at once.
        with Disturbance(600, note):
            self.assertTrue(seen.wait(60))
        self.assertEqual(set(policies), {os.SCHED_IDLE})
        # What else goes on here does not.
        self.assertEqual(os.sched_getscheduler(0), before)

    def test_one_that_hardly_disturbs_is_a_fault(self):
        never, begun = threading.Event(), threading.Event()

        def dawdle(_):
            begun.set()
            never.wait(0.05)
        with self.assertRaisesRegex(CannotRun, "only [0-9]+ times of"):
            # Far more often than it can be.
            with Disturbance(0.000001, dawdle):
                self.assertTrue(begun.wait(10))
