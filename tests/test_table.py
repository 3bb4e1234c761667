"""The table of sources in ``data/README.md``."""

from dataclasses import replace

import pytest

from scrapers.sources import load
from scrapers.table import BEGIN, END, README, filled, tables
from tests.publisher import NEWS


def test_the_table_says_what_the_records_say() -> None:
    text = README.read_text("utf-8")
    assert filled(text, load()) == text, "run `make sources-table`"


def test_a_source_that_is_read_and_one_that_waits() -> None:
    waiting = replace(NEWS, name="later", enabled=False, missing="a browser | or two", country="NL")
    read, _, rest = tables([waiting, NEWS]).partition("1 more")
    assert "| news | [The News](https://news.example/rss) | press |  | en | feed | 20 min | C |" in read and "later" not in read
    assert "| later | [The News](https://news.example/rss) | press | NL | en | feed | a browser \\| or two | C |" in rest


def test_what_stands_around_the_marks_stays() -> None:
    text = filled(f"before\n{BEGIN}old\n{END}after\n", {"news": NEWS})
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text and "The News" in text
    with pytest.raises(ValueError, match="lacks the marks"):
        filled("no marks", {})
