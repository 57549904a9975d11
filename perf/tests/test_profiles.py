"""What perf says is read."""

import unittest

from harness import profiles


class LineTests(unittest.TestCase):
    def test_a_function_is_read(self):
        found = profiles.FUNCTION.match("     9.60%  [kernel.kallsyms]   [k] tcp_ack      -      -  ")
        self.assertEqual(found.groups(), ("9.60", "[kernel.kallsyms]", "k", "tcp_ack"))

    def test_an_object_is_read(self):
        found = profiles.OBJECT.match("    82.10%  libcrypto.so.3     ")
        self.assertEqual(found.groups(), ("82.10", "libcrypto.so.3"))

    def test_a_comment_is_neither(self):
        for line in (profiles.FUNCTION, profiles.OBJECT):
            self.assertIsNone(line.match("# Samples: 1  of event 'cpu-clock:ppp'"))
