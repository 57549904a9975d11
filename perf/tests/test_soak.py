"""The verdict of a soak sees what it must not miss."""

import unittest

from soaking import record

METRICS = """\
weir_requests_total{namespace="default",route="app",revision="app-00001",tag="",\
protocol="http1",code="200",flags="-"} 90
weir_requests_total{namespace="default",route="app",revision="app-00002",tag="",\
protocol="http2",code="200",flags="-"} 10
weir_requests_total{namespace="default",route="sockets",revision="sockets-00001",tag="",\
protocol="websocket",code="101",flags="-"} 5
weir_requests_total{namespace="default",route="app",revision="app-00001",tag="",\
protocol="http1",code="0",flags="DC"} 2
weir_requests_total{namespace="default",route="mortal",revision="mortal-00001",tag="",\
protocol="http1",code="503",flags="UF"} 7
weir_connections{listener="external-http"} 3
weir_connections{listener="external-https"} 4
"""


def samples(figures):
    return [(second, figure, 10) for second, figure in enumerate(figures)]


class SoakTests(unittest.TestCase):
    def test_memory_that_settles_is_flat(self):
        figures = [100 + min(second, 40) for second in range(120)]
        medians = record.memory(samples(figures), 120)
        self.assertEqual(len(medians), record.WINDOWS)
        self.assertLess(record.spread(medians), 0.001)

    def test_memory_that_creeps_is_not(self):
        figures = [100 + second / 5 for second in range(120)]
        self.assertGreater(record.spread(record.memory(samples(figures), 120)), record.FLAT)

    def test_a_moment_is_no_growth(self):
        figures = [200 if second == 90 else 100 for second in range(120)]
        self.assertLess(record.spread(record.memory(samples(figures), 120)), record.FLAT)

    def test_failures_on_sound_routes_are_seen_and_others_are_not(self):
        counts = record.exchanges(METRICS)
        self.assertEqual(counts["app", "200", "-"], 100)
        self.assertEqual(record.unsound(counts, unfinished=2), {})
        self.assertEqual(record.unsound(counts, unfinished=1), {("app", "0", "DC"): 2})
        counts["calls", "503", "UC"] = 1
        self.assertEqual(record.unsound(counts, unfinished=2), {("calls", "503", "UC"): 1})

    def test_gauges_are_summed_up(self):
        self.assertEqual(record.gauges(METRICS, "weir_connections"), 7)
        self.assertEqual(record.gauges(METRICS, "weir_active_tunnels"), 0)

    def test_one_bad_line_is_a_bad_verdict(self):
        verdict = record.Verdict()
        verdict.take(True, "this")
        self.assertTrue(verdict.is_good)
        verdict.take([], "that")
        self.assertFalse(verdict.is_good)
        self.assertIn("FAILED  that", str(verdict))
