"""The bench's network is as it is said to be."""

import json
import subprocess
import sys
import unittest

from harness import network
from harness.names import PERF

# In a process of its own: it stays in the network that it enters.
LOOK = """
import json, sys
from harness import network
said = []
network.enter(said.append)
found = {name: open(network.SETTINGS + name).read().strip() for name in network.OURS}
print(json.dumps({"said": said, "found": found}))
"""


class NetworkTests(unittest.TestCase):
    def test_it_is_set_up(self):
        done = subprocess.run(
            [sys.executable, "-B", "-c", LOOK], cwd=PERF, capture_output=True, text=True,
            timeout=30)
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        if report["said"]:
            # Only who may make networks has one: it is told, and nothing is set.
            self.assertIn("no network of our own", report["said"][0])
            self.skipTest(report["said"][0])
        self.assertEqual(report["found"], network.OURS)
