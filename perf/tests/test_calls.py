"""What strace counted is read as it is meant."""

import os
import tempfile
import unittest

from harness import calls

TABLE = """\
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 61.20    0.000612           1       500       100 recvfrom
 38.80    0.000388           1       400           sendto
  0.00    0.000000           0         3         2 accept4
------ ----------- ----------- --------- --------- ----------------
100.00    0.001000           1       903       102 total
"""


class Tables(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "table")
            with open(path, "w") as table:
                table.write(text)
            return calls.read(path)

    def test_calls_and_those_that_failed(self):
        counts, failed = self.read(TABLE)
        self.assertEqual(counts, {"recvfrom": 500, "sendto": 400, "accept4": 3})
        self.assertEqual(failed, {"recvfrom": 100, "sendto": 0, "accept4": 2})

    def test_one_receive_in_vain_for_each_connection_is_left_out_and_nothing_else(self):
        for connections, receives in (100, 400), (200, 400), (60, 440):
            left = calls.without_one_in_vain(*self.read(TABLE), connections)
            self.assertEqual(left, {"recvfrom": receives, "sendto": 400, "accept4": 3})

    def test_an_empty_table_is_a_fault(self):
        with self.assertRaises(calls.CannotRun):
            self.read("")
