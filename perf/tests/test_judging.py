"""Bars and budgets say what they should."""

import json
import os
import tempfile
import unittest
from unittest import mock

import scenarios
from harness import bars, behind, budgets, chart, exchanges, http2, lines, page, tables
from harness.manifold import Manifold
from harness.names import PERF


def load_result(**cpu):
    """A result in which each program has the given CPU per request."""
    def summary(value):
        return {"median": value, "least": value, "most": value}
    runs = {name: [{"cpu_us": value, "requests_per_second": 1e6 / value, "p99_ms": value,
                    "p50_ms": value, "p999_ms": value, "requests": 20_000}]
            for name, value in cpu.items()}
    return {
        "title": "a test", "runs": runs, "timed": runs,
        "figures": {
            name: {"rate": 1, "resident_bytes": 2**20,
                   **{figure: summary(value) for figure, value in one[0].items()}}
            for name, one in runs.items()}}


class BarTests(unittest.TestCase):
    def verdicts(self, **cpu):
        found = bars.of("a", load_result(**cpu), bars.load())
        return {(one.what, one.against): one for one in found}

    def test_the_best_peer_counts(self):
        found = self.verdicts(weir=10, nginx=20, haproxy=12, envoy=40)
        cpu = found["CPU per request", "haproxy"]
        self.assertAlmostEqual(cpu.ratio, 10 / 12)
        self.assertTrue(cpu.is_reached)
        self.assertFalse(cpu.reaches_goal)
        self.assertTrue(found["CPU per request", "envoy"].reaches_goal)

    def test_a_miss_is_told_with_its_size(self):
        cpu = self.verdicts(weir=11, haproxy=10)["CPU per request", "haproxy"]
        self.assertFalse(cpu.is_reached)
        self.assertIn("MISSED by 25%", str(cpu))

    def test_a_goal_that_is_not_reached_is_told_with_its_size(self):
        cpu = self.verdicts(weir=10, haproxy=12)["CPU per request", "haproxy"]
        self.assertIn("reached, 4% short of the goal", str(cpu))

    def test_it_is_said_how_busy_both_were(self):
        result = load_result(weir=10, nginx=20)
        for busy, is_said in ((0.4, True), (0.95, False)):
            result["figures"]["weir"]["busy"] = {"median": 0.97}
            result["figures"]["nginx"]["busy"] = {"median": busy}
            found = {one.what: str(one) for one in bars.of("a", result, bars.load())}
            self.assertIn("reached", found["requests/s"])
            self.assertEqual("; nginx used 40% of its CPU" in found["requests/s"], is_said)
            self.assertNotIn("weir used", found["requests/s"])
            self.assertNotIn("of its CPU", found["CPU per request"])

    def test_rounds_that_disagree_are_counted(self):
        one = bars.Verdict("a", "p99", "nginx", 0.9, 1.0, by_round=(0.8, 0.9, 1.1))
        self.assertTrue(one.is_reached)
        self.assertFalse(one.is_clear)
        self.assertTrue(str(one).endswith("reached; the bar is reached in 2 of 3 rounds"))
        agreed = bars.Verdict("a", "p99", "nginx", 0.9, 1.0, by_round=(0.8, 0.9, 0.95))
        self.assertNotIn("rounds", str(agreed))

    def test_handshakes_are_compared_on_the_same_openssl(self):
        result = load_result(weir=10, nginx=12, envoy=5)
        against = {one.against for one in bars.of("g-rsa-full", result, bars.load())}
        self.assertEqual(against, {"nginx"})

    def test_what_is_not_reached_has_a_note(self):
        """What would be needed, people must say."""
        results, all_bars = page.read(PERF, "RESULTS.json"), bars.load()
        for key, result in results.items():
            short = [str(one) for one in bars.of(key, result, all_bars) if one.is_short]
            self.assertTrue(page.note(key) or not short, short)

    def test_every_bar_is_of_a_scenario(self):
        keys = {section.key for section in scenarios.ALL}
        all_bars = bars.load()
        for figure in ("cpu_us", "requests_per_second", "p99_ms", "disturbed_p99"):
            self.assertLessEqual(set(all_bars[figure]), keys)


class BehindTests(unittest.TestCase):
    def test_where_a_peer_is_ahead_is_told(self):
        rows = behind.rows({"a": load_result(weir=12, nginx=10, haproxy=13)})
        self.assertEqual(rows[1], ("a", "CPU per request, µs", "12.00", "nginx", "10.00", "20%"))
        self.assertEqual(len(rows), 6)

    def test_noise_is_not(self):
        self.assertEqual(
            behind.rows({"a": load_result(weir=10.3, nginx=10)}), [behind.HEAD])

    def test_one_at_a_lower_rate_is_not_timed_beside(self):
        result = load_result(weir=12, nginx=10)
        result["figures"]["nginx"]["rate"] = 0.5
        self.assertEqual([row[1] for row in behind.rows({"a": result})[1:]],
                         ["CPU per request, µs", "requests/s"])

    def test_of_few_requests_no_tail_is_told(self):
        result = load_result(weir=12, nginx=10)
        result["timed"]["weir"][0]["requests"] = 9_999
        self.assertNotIn("p99.9, ms", [row[1] for row in behind.rows({"a": result})])


class ScaleTests(unittest.TestCase):
    def result(self, **scrapes):
        loaded = {"load_seconds": 5, "resident_mb": 600, "table_bytes_per_route": 1000,
                  "change_ms": 50, "load_cpu_seconds": 1, "most_resident_mb": 1,
                  "most_change_ms": 1}
        return {"title": "a test", "scale": {
            "routes": 100_000, "yaml": loaded, "json": loaded,
            "scrapes": {"scrape_ms": 100, "scrape_worker_ms": 0.1, "most_scrape_ms": 1,
                        "scrape_cpu_ms": 1,
                        "scrape_mb": 1, **scrapes},
            "instructions": {"10": 1000, "1000": 1000, "100000": 1010}}}

    def test_every_figure_has_a_bar(self):
        found = bars.of("scale", self.result(), bars.load())
        self.assertEqual(len(found), 11)
        self.assertTrue(all(one.is_reached for one in found))

    def test_a_miss_is_told_with_its_size(self):
        found = bars.of("scale", self.result(scrape_ms=300), bars.load())
        missed = [str(one) for one in found if not one.is_reached]
        self.assertEqual(missed, ["scale: a scrape 300 ms (at most 200): OVER by 50%"])

    def test_it_is_told_in_a_table_and_lines(self):
        rows = tables.of("scale", self.result())
        self.assertEqual(len({len(row) for row in rows}), 1)
        self.assertEqual(len(list(tables.scale(self.result()))), 4)


class ManifoldTests(unittest.TestCase):
    def test_a_folder_is_written(self):
        with tempfile.TemporaryDirectory() as folder:
            for form in ("yaml", "json"):
                one = Manifold(os.path.join(folder, form), 250, (1001, 1002), form, asked=5)
                self.assertEqual(len(os.listdir(one.folder)), 3)
                self.assertEqual(one.asked, [0, 50, 100, 150, 200])
                with open(one.path(1)) as file:
                    text = file.read()
                self.assertEqual(text.count("127.0.0.1:1001"), 2)
                self.assertEqual(text.count("Route"), 100)
                if form == "json":
                    self.assertEqual(len(json.loads(text)["items"]), 300)


class BudgetTests(unittest.TestCase):
    def setUp(self):
        self.budgets = {"exchanges": {"h1": {"socket_calls": 4.02, "retains": 0}},
                        "cpu_ratio": {"a": 1.0}, "change_to_live_ms": 50, "shared_lines": 0}

    def test_within(self):
        results = {"calls": {"h1": {"socket_calls": 4.0}}, "a": load_result(weir=1, nginx=2)}
        self.assertEqual(budgets.judge(results, self.budgets), [])

    def test_over(self):
        hooks = {"mallocs": 0, "library_mallocs": 0, "retains": 1, "sees_retains": True}
        results = {"calls": {"h1": {"socket_calls": 5.0}}, "hooks": {"h1": hooks},
                   "a": load_result(weir=3, nginx=2)}
        self.assertEqual(len(budgets.judge(results, self.budgets)), 3)

    def test_what_was_not_counted_is_no_success(self):
        results = {"calls": {"renamed": {"socket_calls": 1.0}}}
        self.assertEqual(
            budgets.judge(results, self.budgets), ["h1: socket calls were not counted"])

    def test_no_line_may_be_written_by_both_workers(self):
        def judged(written, shared):
            figures = {"HTTP/1.1": {"lines": written, "shared": shared}}
            return budgets.judge({"lines": {"figures": figures}}, self.budgets)
        self.assertEqual(judged([30, 31], {}), [])
        self.assertIn("both workers write 1 cache lines", judged([30, 31], {"0x40": ""})[0])
        # A look that sees nothing finds nothing either.
        self.assertIn("no line was seen", judged([30, 0], {})[0])

    def test_the_file_is_whole(self):
        with open(os.path.join(PERF, "budgets.json")) as file:
            self.assertEqual(set(json.load(file)), set(self.budgets))


class RoomTests(unittest.TestCase):
    """Budgets have as little room as is said, above the counts of RESULTS.json."""

    def counted(self):
        with open(os.path.join(PERF, "RESULTS.json")) as file:
            results = json.load(file)
        return {key: results[key]["kinds"] for key in page.COUNTED}

    def test_every_kind_of_exchange_has_every_budget(self):
        limits, counted = budgets.load()["exchanges"], self.counted()
        self.assertEqual(list(limits), list(exchanges.KINDS))
        for kind in exchanges.KINDS:
            self.assertEqual(set(limits[kind]), set(budgets.SECTIONS), kind)
            self.assertEqual(set(budgets.found(counted, kind)), set(budgets.SECTIONS), kind)

    def test_a_budget_is_at_most_a_twentieth_above_what_was_counted(self):
        self.assertEqual(list(budgets.loose(self.counted(), budgets.load())), [])

    def test_what_was_counted_is_within_its_budget(self):
        self.assertEqual(list(budgets.of_exchanges(self.counted(), budgets.load())), [])

    def test_a_budget_with_more_room_is_told(self):
        counted = self.counted()
        for name in ("instructions", "socket_calls"):
            wide = budgets.load()
            value = budgets.found(counted, "h2")[name]
            wide["exchanges"]["h2"][name] = round(value * 1.06, 2)
            self.assertIn(f"h2: the budget for {name.replace('_', ' ')}",
                          "".join(budgets.loose(counted, wide)))
        wide = budgets.load()
        wide["exchanges"]["h1"]["mallocs"] = 0.01
        self.assertIn("at most 0 by", "".join(budgets.loose(counted, wide)))

    def test_new_kinds_get_budgets(self):
        counted = self.counted()
        counted["hooks"]["h1-post"] = {
            **counted["hooks"]["h1-post"], "mallocs": 0.25, "retains": 0.0008}
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "budgets.json")
            with mock.patch.object(budgets, "PATH", path):
                budgets.renew(counted, {"exchanges": {}, "shared_lines": 0})
                written = budgets.load()
        self.assertEqual(list(written["exchanges"]), list(exchanges.KINDS))
        self.assertEqual(written["exchanges"]["h1-post"]["mallocs"], 0.2612)
        self.assertEqual(written["exchanges"]["h1-post"]["retains"], 0)
        self.assertEqual(list(budgets.loose(counted, written)), [])
        self.assertEqual(list(budgets.of_exchanges(counted, written)), [])

    def test_none_stays_none(self):
        hooks = {"mallocs": 3, "library_mallocs": 0, "retains": 0, "sees_retains": True}
        with mock.patch.object(budgets, "write") as written:
            budgets.renew({"hooks": {"h1": hooks}}, {"exchanges": {"h1": {"mallocs": 0}}})
        self.assertEqual(written.call_args.args[0]["exchanges"]["h1"]["mallocs"], 0)


class LinesTests(unittest.TestCase):
    def test_what_changed_is_found_by_line(self):
        before = {0x1000: (bytes(8192), "[heap]"), 0x9000: (bytes(64), "")}
        after = {0x1000: (bytes(100) + b"x" + bytes(8091), "[heap]"), 0x9000: (bytes(64), ""),
                 0xf000: (b"new", "")}
        self.assertEqual(lines.changed(before, after), {0x1040: "[heap]"})

    def test_parts_that_grow_together_are_compared(self):
        before = {0x2000: (bytes(4096), "")}
        after = {0x1000: (bytes(4096 + 64) + b"x" + bytes(4031), "")}
        self.assertEqual(lines.changed(before, after), {0x2040: ""})

    def test_what_both_write_each_time_is_shared(self):
        def look(*more):
            return {"worker-0": {0x40: "", 0x80: "[heap]", **dict.fromkeys(more, "")},
                    "worker-1": {0x80: "[heap]", 0xc0: "", **dict.fromkeys(more, "")}}
        found = scenarios.lines.figures_of([look(0x100), look(), look(0x140)])
        self.assertEqual(found, {"lines": [2, 2], "shared": {"0x80": "[heap]"}})

    def test_a_frame_has_its_length_type_and_stream(self):
        self.assertEqual(http2.frame(http2.PING, http2.ACK, 0, b"12345678"),
                         b"\0\0\x08\x06\x01\0\0\0\x0012345678")


class ChartTests(unittest.TestCase):
    def test_each_program_has_a_bar(self):
        drawn = chart.draw({"a": load_result(weir=1, nginx=2, envoy=9)})
        self.assertEqual(drawn.count("<rect"), 1 + len(chart.COLOURS) + 3)
