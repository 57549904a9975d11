"""RESULTS.md loses nothing."""

import os
import tempfile
import unittest
from unittest import mock

from harness import page


class LackingTests(unittest.TestCase):
    def lacking(self, text, keys):
        with tempfile.TemporaryDirectory() as folder:
            if text is not None:
                with open(os.path.join(folder, "RESULTS.md"), "w") as file:
                    file.write(text)
            with mock.patch.object(page, "PERF", folder):
                return page.lacking(keys)

    def test_sections_without_a_result_are_told(self):
        text = "# Results\n\n## Bars\n\n## a: one\n\n## g-rsa-full: two\n\n## scale: three\n"
        self.assertEqual(self.lacking(text, ["a", "scale"]), ["g-rsa-full"])

    def test_nothing_is_lost_where_all_is_there_or_no_page_is(self):
        self.assertEqual(self.lacking("## a: one\n", ["a", "b"]), [])
        self.assertEqual(self.lacking(None, []), [])
