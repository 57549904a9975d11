"""RESULTS.md loses nothing."""

import json
import os
import shutil
import tempfile
import unittest
from unittest import mock

from harness import bars, page, tables


def result(date, figures=None):
    return {"about": {"date": date, "rounds": 3}, "figures": figures or {}}


class WholeTests(unittest.TestCase):
    """The page that the publication makes, in another folder."""

    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(os.path.join(page.PERF, "RESULTS.json"), folder)
            cls.published = page.read(folder, "RESULTS.json")
            with mock.patch.object(page, "PERF", folder), mock.patch.object(
                    page, "FOLDER", os.path.join(folder, "results")):
                page.write_page(list(cls.published))
            with open(os.path.join(folder, "RESULTS.md")) as file:
                cls.text = file.read()

    def test_each_section_is_there_with_its_table(self):
        for key, result in self.published.items():
            if key in page.COUNTED:
                continue
            part = self.text.partition(f"\n## {key}: {result['title']}\n")[2].partition("\n## ")[0]
            self.assertIn(result["about"]["date"], part, key)
            self.assertEqual("\n| " in part, bool(tables.of(key, result)), key)
            for verdict in bars.of(key, result, bars.load()):
                self.assertIn(f"\n- {verdict}", part)

    def test_what_is_counted_is_one_table(self):
        part = self.text.partition(page.COUNTED_HEADING)[2]
        for kind in self.published["instructions"]["kinds"]:
            self.assertIn(f"\n| {kind} | ", part)

    def test_it_says_of_which_run_it_is(self):
        head = page.head_of(self.published)
        self.assertIn(page.one_run(self.published, head), self.text)


class SavedTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder, self.results = folder.name, os.path.join(folder.name, "results")
        os.makedirs(self.results)
        for name, path in (("PERF", self.folder), ("FOLDER", self.results)):
            patch = mock.patch.object(page, name, path)
            patch.start()
            self.addCleanup(patch.stop)

    def publish(self, figures=None, **dates):
        with open(os.path.join(self.folder, "RESULTS.json"), "w") as file:
            file.write(page.written({key: result(date, figures) for key, date in dates.items()}))

    def measure(self, **dates):
        for key, date in dates.items():
            with open(os.path.join(self.results, f"{key}.json"), "w") as file:
                json.dump(result(date), file)

    def dates(self, *keys):
        return {key: one["about"]["date"] for key, one in page.saved(keys).items()}

    def test_what_was_not_measured_here_comes_from_the_publication(self):
        self.publish(a="2026-01-01 10:00 UTC", b="2026-01-02 10:00 UTC")
        self.measure(b="2026-01-03 10:00 UTC")
        self.assertEqual(
            self.dates("a", "b", "c"), {"a": "2026-01-01 10:00 UTC", "b": "2026-01-03 10:00 UTC"})

    def test_a_newer_publication_wins(self):
        self.publish(a="2026-01-04 10:00 UTC")
        self.measure(a="2026-01-03 10:00 UTC")
        self.assertEqual(self.dates("a"), {"a": "2026-01-04 10:00 UTC"})

    def page(self, text):
        with open(os.path.join(self.folder, "RESULTS.md"), "w") as file:
            file.write(text)

    def test_a_page_that_would_lose_sections_is_refused(self):
        self.page("# Results\n\n## Bars\n\n## a: one\n\n## g-rsa-full: two\n\n## gone: three\n")
        self.measure(a="2026-01-03 10:00 UTC")
        with self.assertRaisesRegex(page.CannotRun, "lose g-rsa-full:"):
            page.write_page(["a", "g-rsa-full"])
        self.assertFalse(os.path.exists(os.path.join(self.folder, "RESULTS.json")))

    def test_a_page_that_would_lose_a_peer_is_refused(self):
        self.page("# Results\n\n## a: one\n")
        self.publish(a="2026-01-01 10:00 UTC", figures={"weir": {}, "nginx": {}, "caddy": {}})
        now = {**result("2026-01-02 10:00 UTC"), "figures": {"weir": {}, "nginx": {}}}
        self.assertEqual(page.lost({"a": now}, ["a"]), ["caddy in a"])
        self.assertEqual(page.lost({"a": {**now, "left_out": {"caddy": "cannot"}}}, ["a"]), [])

    def test_sections_of_other_runs_are_named(self):
        def about(run, date):
            return {"about": {"run": run, "date": date, "binary": "ab12", "commit": "cd34"}}
        results = {"a": about("2", "day 3"), "b": about("1", "day 1"), "c": about("1", "day 2")}
        head = page.head_of(results)
        self.assertEqual(head["date"], "day 2")
        said = page.one_run(results, head)
        self.assertIn("ab12; this checkout was at cd34): b c. From other runs, which say so: a.", said)

    def test_sections_that_do_not_know_their_run_are_of_several(self):
        results = {"a": result("2026-01-01 10:00 UTC"), "b": result("2026-01-02 10:00 UTC")}
        self.assertEqual(page.one_run(results, page.head_of(results)),
                         "The sections are of several runs.")

    def test_a_page_of_few_rounds_is_refused(self):
        self.measure(k="2026-01-03 10:00 UTC")
        with self.assertRaisesRegex(page.CannotRun, "of k there are fewer than 5 rounds"):
            page.write_page(["k"])

    def test_a_table_of_several_results_wants_all_of_them(self):
        self.page(page.COUNTED_HEADING + "\n")
        self.assertEqual(page.lost({"instructions": {}}, page.COUNTED), ["calls", "hooks"])

    def test_nothing_is_lost_of_no_page(self):
        self.assertEqual(page.lost({}, ["a"]), [])

    def test_there_may_be_nothing(self):
        self.assertEqual(self.dates("a"), {})

    def test_the_publication_has_a_line_for_each_section(self):
        self.publish(a="2026-01-01 10:00 UTC", b="2026-01-02 10:00 UTC")
        with open(os.path.join(self.folder, "RESULTS.json")) as file:
            self.assertEqual(len(file.read().splitlines()), 4)
