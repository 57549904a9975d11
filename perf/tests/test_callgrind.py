"""An exchange's instructions are the worker's."""

import os
import tempfile
import unittest

from harness import callgrind

# A number's name stands where it is used first, be it as the called one's; the line behind `calls` is
# what the called one spent.
WORKER = """\
ob=(1) /bin/weir
fn=(1) $s9DataPlane6WorkerV4turnyyF
0x10 30
cob=(2) /lib/libc.so.6
cfn=(2) memcpy
calls=1 0x20
0x14 500
0x18 10
ob=(2)
fn=(2)
0x20 7
totals: 547
"""
LOG = """\
ob=(1) /bin/weir
fn=(1) $s9Telemetry10AccessLineV6appendyyF
0x10 9000
totals: 9000
"""


class Threads(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.paths = []
        for name, text in (("log", LOG), ("worker", WORKER)):
            self.paths.append(os.path.join(folder.name, name))
            with open(self.paths[-1], "w") as file:
                file.write(text)

    def test_own_costs_are_without_those_of_the_called(self):
        self.assertEqual(callgrind.own_costs(self.paths[1]), {
            ("/bin/weir", "$s9DataPlane6WorkerV4turnyyF"): 40, ("/lib/libc.so.6", "memcpy"): 7})

    def test_the_worker_counts_though_another_thread_spent_more(self):
        self.assertEqual(
            callgrind.of_worker(self.paths), {"/bin/weir": 40, "/lib/libc.so.6": 7})
