"""The load at a fixed rate leaves nothing out."""

import os
import signal
import tempfile
import threading
import unittest

from harness import steady
from harness.process import cpus
from harness.requests import Client, request, write_requests
from harness.upstreams import GrpcUpstream, Upstream


class Place:
    """What `steady.run` wants of a stage."""

    def __init__(self, folder):
        self.folder = folder
        self.load_cpu = cpus()[1]


class SteadyTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.place = Place(folder.name)
        self.upstream = Upstream(folder.name, cpus()[0])
        self.addCleanup(self.upstream.process.end)
        self.port = self.upstream.ports[0]

    def run_steadily(self, seconds, **options):
        requests = write_requests(self.place.folder, [request()])
        return steady.run(self.place, self.port, seconds, requests=requests, **options)

    def stop_for(self, wait, seconds):
        """The upstream stands still for a while."""
        pid = self.upstream.process.pid

        def stop():
            os.kill(pid, signal.SIGSTOP)
            go_on = threading.Timer(seconds, os.kill, (pid, signal.SIGCONT))
            go_on.start()
        timer = threading.Timer(wait, stop)
        timer.start()
        self.addCleanup(timer.join)

    def assert_all_were_due(self, report, count, milliseconds):
        """Where the machine is busy the last ones may still be on their way at the end."""
        self.assertEqual(report["requests"] + report["unfinished"], count)
        self.assertGreater(report["requests"], 0.9 * count)
        self.assertLess(report["p50_ms"], milliseconds)

    def test_requests_come_at_their_rate(self):
        self.assert_all_were_due(self.run_steadily(2, rate=500), 1000, 100)

    def test_a_stall_is_felt_by_all_that_were_due(self):
        # One of three seconds stands still: a third of the requests wait for half of it on the
        # average. A load that waits for answers would see 64 slow ones of 3,000.
        self.stop_for(1, 1)
        report = self.run_steadily(3, rate=1000)
        self.assert_all_were_due(report, 3000, 200)
        self.assertGreater(report["p99_ms"], 900)

    def test_what_never_comes_counts_with_the_time_it_waited(self):
        self.stop_for(1, 4)
        report = self.run_steadily(2, must_succeed=False, rate=1000)
        self.assertGreater(report["unfinished"], 800)
        self.assertGreater(report["p99_ms"], 2000)

    def test_new_connections_are_made_when_they_are_due(self):
        report = self.run_steadily(2, rate=500, per_connection=1)
        self.assert_all_were_due(report, 1000, 200)
        self.assertGreaterEqual(report["connects"], report["requests"])

    def test_a_count_is_kept(self):
        self.assertEqual(self.run_steadily(20, count=777)["requests"], 777)

    def test_held_connections_have_asked_once(self):
        requests = write_requests(self.place.folder, [request()])
        held = steady.Held(self.place, self.port, 200, requests=requests)
        try:
            held.open(100)
            held.open(200)
            client = Client(self.port)
            _, said = client.get("/stats")
            client.close()
            self.assertEqual(int(said.split()[1]), 201)
        finally:
            held.end()


class CallsTests(unittest.TestCase):
    def test_calls_are_timed_by_their_schedule_too(self):
        with tempfile.TemporaryDirectory() as folder:
            upstream = GrpcUpstream(folder, cpus()[0])
            try:
                report = steady.run(
                    Place(folder), upstream.ports[0], 2, h2=True, rate=1000, connections=4,
                    streams=8)
            finally:
                upstream.process.end()
        self.assertEqual(report["requests"], 2000)
        self.assertEqual(report["failed"], 0)
