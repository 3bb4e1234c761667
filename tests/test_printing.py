"""What people and programs read: whole in a pipe, broken into lines on a terminal, and never a terminal's commands."""

import io
import json
import logging
import sys

from pipelines.commands import told
from pipelines.logs import JsonLines, Printable
from pipelines.printing import as_json, printable, table

HOSTILE = "a\x1b[31m\x9b31m\u202eb\x7f\r\nc\u2028d"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_table_fits_and_is_aligned():
    rows = [{"a": "Pegas", "b": "Порламар закрыт до пятого мая", "c": 1}, {"a": "東京", "b": "x\x1b[31m\ny", "c": None}]
    assert table(rows, {"a": "Who", "b": "What", "c": "N"}, width=30).splitlines() == [
        "Who    What                  N",
        "-----  --------------------  -",
        "Pegas  Порламар закрыт до    1",
        "       пятого мая",
        "東京   x[31m y",
    ]


def test_a_table_of_nothing_is_its_heading():
    assert table([], {"a": "Who"}, width=10) == "Who\n---"


def test_a_narrow_terminal_still_gets_every_column_and_every_letter():
    text = table([{"a": "x" * 7, "b": "東京東京"}], {"a": "A", "b": "B"}, width=4)
    assert text.splitlines() == ["A    B", "---  ---", "xxx  東", "xxx  京", "x    東", "     京"]


def test_what_does_not_fit_stands_below_its_row_and_names_stay_whole():
    row = {"name": "ator-telegram", "state": "broken by now", "problem": "the server did not answer in time, three times in a row"}
    assert table([row, row | {"problem": None}], {name: name for name in row}, width=30).splitlines() == [
        "name           state",
        "    problem",
        "-------------  -------------",
        "ator-telegram  broken by now",
        "    the server did not answer",
        "    in time, three times in a",
        "    row",
        "ator-telegram  broken by now",
    ]
    assert table([row], {"name": "N", "state": "S"}, width=24).splitlines()[2:] == ["ator-telegram  broken by", "               now"]


def test_nothing_is_broken_in_a_pipe(monkeypatch):
    row = {"a": "x " * 200, "b": "y" * 200}
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert len(table([row], {"a": "A", "b": "B"}).splitlines()) == 3
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, table([row], {"a": "A", "b": "B"}).splitlines())) <= 80


def test_a_flag_is_told_with_all_its_words(monkeypatch):
    sentence = "Туроператор отправит туристов, которые 1 декабря летят в Порламар, в Варадеро: так решили из соображений безопасности."
    flag = {"raised_at": "2025-11-30T11:00:00Z", "flag": "new", "what": "Pegas takes Moscow–Porlamar passengers to Varadero" + HOSTILE}
    flag |= {"stated_by": "ATOR", "evidence": sentence, "url": "https://ator.example/1"}
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    head, said, url = told(flag).splitlines()
    assert "new" in head and sentence in said and url.strip() == flag["url"]
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("COLUMNS", "80")
    lines = told(flag).splitlines()
    assert max(map(len, lines)) <= 80 and sentence in " ".join(" ".join(lines).split())
    assert len(told({**flag, "evidence": None, "what": "ATOR works again: 4 notices"}).splitlines()) == 1


def test_no_site_writes_to_the_terminal():
    assert printable(HOSTILE) == "a[31m31mb  c d"
    assert as_json({"t": HOSTILE}).isprintable()
    assert json.loads(as_json({"t": HOSTILE, "half": "\ud83d", "beyond": "\U000e0041"})) == {
        "t": HOSTILE, "half": "\ud83d", "beyond": "\U000e0041",
    }  # fmt: skip
    record = logging.LogRecord("groundstop", logging.INFO, "", 0, "%s", (HOSTILE,), None)
    assert Printable("%(message)s").format(record).isprintable()
    assert JsonLines().format(record).isprintable()
    assert json.loads(JsonLines().format(record))["message"] == HOSTILE
    try:
        raise ValueError(HOSTILE)
    except ValueError:
        record = logging.LogRecord("groundstop", logging.ERROR, "", 0, "of site %s", (HOSTILE,), sys.exc_info())
    assert all(line.isprintable() for line in Printable("%(message)s").format(record).split("\n"))


def test_a_line_of_the_log_has_an_end_whatever_a_site_wrote():
    """A notice's key, or the exception that it brought, may hold a whole answer."""
    whole = "ж" * 1_000_000
    try:
        raise ValueError(f"{whole}\n{whole}")
    except ValueError:
        record = logging.LogRecord("groundstop", logging.ERROR, "", 0, "not cleaned: %s", (whole,), sys.exc_info())
    record.data = {"evidence": whole, "notices": 3}
    for line in Printable("%(message)s").format(record).split("\n"):
        assert len(line) < 5000
    entry = json.loads(JsonLines().format(record))
    assert {name: len(entry[name]) < 5000 for name in ("message", "evidence")} == {"message": True, "evidence": True}
    assert len(entry["exception"]) < 20_000 and "ValueError" in entry["exception"] and entry["notices"] == 3
    assert "1000000 characters" in entry["evidence"]
