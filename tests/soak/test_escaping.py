"""What sites wrote reaches a terminal, a program and a spreadsheet as text, SQL comes from us alone, and no page makes us read a file."""

import ast
import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest

from scrapers.answer import Answer, Unexpected
from scrapers.export import FORMULA
from scrapers.run import Run
from scrapers.sources import SourceError, parsed
from scrapers.spiders import spider_class
from tests.service import ROOT, command, environment, rows
from tests.soak.crowd import Crowd, crowd
from tests.soak.figures import Figures
from tests.soak.test_hostile_text import clean

STOPS = "TAP Air Portugal has suspended its flights to Caracas until further notice."
NASTY = (
    "\x1b[2J\x1b[1;31mred", "\x1b]0;title\x07", "\x1b]8;;http://evil.example\x1b\\link", "\x9b31m", "\u202egnp.exe", "\u2066x\u2069",
    "a\rb",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "=HYPERLINK(\"http://evil.example\")", "+1+1", "-2+3", "@SUM(A1)", "＝1+1",
    "'; DROP TABLE flags; --", "{{7*7}}", "%s%n", "2025-12-01 00:00:00 FLAG: all is well", "\u2028next line",
    "\x00nul", "soft\xadhyphen \u0600 \ufff9",
)  # fmt: skip
RECORD = """
[[source]]
name = "odd"
title = "Odd \\u001b[31m \\u202e site"
kind = "press"
lang = "en"
shape = "feed"
url = "http://{host}:{port}/feed"
every = "1h"
"""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Crowd]]:
    """A database that a real round filled from a site whose every field is hostile."""
    folder = tmp_path_factory.mktemp("odd")
    with crowd(1) as sites:
        (host,) = sites.hosts
        (folder / "clock").write_text("2025-12-01T06:00:00Z", "ascii")
        (folder / "sources.toml").write_text(RECORD.format(host=host, port=sites.port), "utf-8")
        items = "".join(
            f"<item><guid>{n}-{escape(text)}</guid><title>{escape(text)} {STOPS}</title><link>http://a.example/{escape(text)}</link>"
            f"<description>{escape(escape(text))} {STOPS} {escape(text)}</description></item>"
            for n, text in enumerate(NASTY)
        )
        for body in ("", items):
            sites.feeds[host] = f'<rss version="2.0"><channel><title>Odd</title>{body}</channel></rss>'.encode()
            done = run(folder, "once", "-v", code=None)
            assert clean(done)
        yield folder, sites


def run(folder: Path, *arguments: str, code: int | None = 0, given: str = "") -> str:
    """Both outputs of a command, as they came."""
    done = subprocess.run(command(*arguments), env=environment(folder), cwd=ROOT, capture_output=True, timeout=120, input=given.encode())
    assert code is None or done.returncode == code, done.stderr
    return done.stdout.decode() + done.stderr.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ("flags",), ("flags", "--json"), ("suspensions", "VE", "--words"), ("suspensions", "VE", "--words", "--json"), ("status",),
        ("sources",), ("sources", "--json"), ("doctor",), ("once", "-v"), ("tidy",), ("sources", "check", "odd"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_no_command_prints_what_a_terminal_obeys(odd: tuple[Path, Crowd], figures: Figures, arguments: tuple[str, ...]) -> None:
    folder, _ = odd
    printed = run(folder, *arguments, code=None)
    assert clean(printed), [c for c in printed if not clean(c)]
    assert "Traceback" not in printed
    figures.faults_tried += 1


def test_the_round_stored_what_was_written(odd: tuple[Path, Crowd]) -> None:
    """So that the tests of printing print something."""
    folder, _ = odd
    assert rows(folder, "SELECT count(*) FROM notices")[0][0] >= len(NASTY) - 3
    assert rows(folder, "SELECT count(*) FROM suspensions") == [(1,)]
    assert any("<script>" in title or "alert" in title for (title,) in rows(folder, "SELECT title FROM notices"))


def test_what_is_extracted_and_explained_and_captured_is_text(odd: tuple[Path, Crowd], tmp_path: Path, figures: Figures) -> None:
    folder, sites = odd
    lines = "\n".join(json.dumps({"id": text, "title": text, "text": f"{text} {STOPS}"}) for text in NASTY)
    for arguments in (("extract",), ("extract", "--explain")):
        printed = run(folder, *arguments, given=lines)
        assert clean(printed) and "Traceback" not in printed
    url = f"http://{sites.hosts[0]}:{sites.port}/feed"
    printed = run(folder, "capture", url, "--fixtures", str(tmp_path / "fixtures"), code=None)
    assert clean(printed) and "Traceback" not in printed
    figures.faults_tried += 3


def test_a_spreadsheet_computes_nothing(odd: tuple[Path, Crowd], tmp_path: Path, figures: Figures) -> None:
    folder, _ = odd
    out = tmp_path / "out.csv"
    arguments = [sys.executable, "-m", "scrapy", "crawl", "odd", "-O", str(out), "-s", f"GROUNDSTOP_SOURCES={folder / 'sources.toml'}"]
    done = subprocess.run(arguments, cwd=ROOT, env=environment(folder), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    with closing(out.open(encoding="utf-8", newline="")) as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(FORMULA)]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    figures.faults_tried += 1


@pytest.mark.parametrize("value", ["' OR 1=1 --", "VE' UNION SELECT * FROM flags --", "%", "\x1b[2J", "🙂" * 500, "--all", ""])
def test_filters_are_values(odd: tuple[Path, Crowd], figures: Figures, value: str) -> None:
    folder, _ = odd
    before = rows(folder, "SELECT count(*) FROM flags")
    country, operator = ("suspensions", "--", value), ("suspensions", f"--operator={value}")
    for arguments in (country, operator, ("flags", f"--since={value}"), ("flags", f"--kind={value}")):
        printed = run(folder, *arguments, code=None)
        assert "Traceback" not in printed and clean(printed)
    assert "TAP" not in run(folder, "suspensions", f"--operator={value}", code=None) or value in ("", "--all")
    assert rows(folder, "SELECT count(*) FROM flags") == before
    figures.faults_tried += 1


def test_every_statement_is_ours(figures: Figures) -> None:
    """SQL is written in the code, or put together from names that stand there: whatever else is in it is a question mark."""
    composed = {
        f"{file.relative_to(ROOT / 'pipelines')}: {ast.unparse(part.value if isinstance(part, ast.FormattedValue) else part)}"
        for file in sorted((ROOT / "pipelines").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.startswith("execute")
        for part in (node.args[0].values if isinstance(node.args[0], ast.JoinedStr) else node.args[:1])
        if not isinstance(part, ast.Constant)
    }
    assert composed <= COMPOSED, "either a value that belongs behind a question mark, or a name to be listed here, after a look"
    assert composed >= COMPOSED, "no longer so"
    figures.faults_tried += 1


SQL = re.compile(r"\b(?:SELECT|INSERT|UPDATE|DELETE|PRAGMA|FROM|WHERE|VALUES|ORDER BY)\b")


def test_no_text_of_a_statement_is_put_together_from_what_is_not_ours(figures: Figures) -> None:
    """As above, wherever a part of a statement is written, and however it is put together."""
    composed = set()
    for file in sorted((ROOT / "pipelines").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.JoinedStr(values=parts):
                    found = [part.value for part in parts if isinstance(part, ast.FormattedValue)]
                case ast.BinOp(left=left, op=ast.Mod() | ast.Add(), right=right):
                    parts = [left, right]
                    found = [part for part in parts if not isinstance(part, ast.Constant)]
                case ast.Call(func=ast.Attribute(value=text, attr="format"), args=given, keywords=named):
                    parts, found = [text], [*given, *(one.value for one in named)]
                case _:
                    continue
            if any(isinstance(part, ast.Constant) and isinstance(part.value, str) and SQL.search(part.value) for part in parts):
                composed |= {f"{file.relative_to(ROOT / 'pipelines')}: {ast.unparse(part)}" for part in found}
    assert composed - COMPOSED == WRITTEN, (
        "a value that belongs behind a question mark, a name to be listed here after a look, or one too many"
    )
    figures.faults_tried += 1


WRITTEN = frozenset(
    (
        "report.py: ' AND '.join((f'({condition})' for condition in held))",
        "report.py: order",
        "report.py: view",
        "report.py: where",
        "storage/event_rows.py: kinds",
        "storage/event_rows.py: marks(len(key.countries))",
        "storage/shelf.py: column",
        "storage/shelf.py: marks(len(countries))",
        "storage/sql.py: ', '.join((f'{c} = excluded.{c}' for c in columns))",
        "storage/sql.py: ', '.join(map(_quoted, columns))",
        "storage/sql.py: conflict",
        "storage/sql.py: key",
        "storage/sql.py: marks(len(columns))",
        "storage/sql.py: table",
        "storage/tables.py: DAY",
        "storage/tables.py: TIME",
        "storage/tables.py: WHEN",
        "storage/tables.py: _in('certainty', CERTAINTIES)",
        "storage/tables.py: _in('health', HEALTH)",
        "storage/tables.py: _in('kind', FLAGGED)",
        "storage/tables.py: _in('kind', FLAG_KINDS)",
        "storage/tables.py: _in('kind', KINDS)",
        "storage/tables.py: _in('last_verdict', VERDICTS)",
        "storage/tables.py: _in('reason', REASONS)",
        "storage/tables.py: _in('role', ROLES)",
        "storage/tables.py: _in('state', STATES)",
        "storage/tables.py: _in('verdict', VERDICTS)",
        "storage/views.py: _event_places('destination')",
        "storage/views.py: _suspension_places('destination')",
        "storage/views.py: _suspension_places('destination', \" AND (p.ended_on IS NULL OR s.state <> 'open')\")",
        "storage/views.py: _suspension_places('diverted_to')",
        "storage/views.py: _suspension_places('origin')",
    )
)
"""What parts of statements are put together from besides: conditions and names from the code, and counts of question marks."""

COMPOSED = frozenset(
    (
        "doctor.py: kind",
        "report.py: sql",
        "storage/database.py: milliseconds",
        "storage/database.py: version",
        "storage/event_rows.py: _STATEMENT",
        "storage/event_rows.py: where",
        "storage/intake.py: _KNOWN",
        "storage/intake.py: column",
        "storage/intake.py: side",
        "storage/intake.py: states",
        "storage/pacing.py: _POLLED",
        "storage/pacing.py: _STOPS",
        "storage/runs.py: ', '.join((f'{column} = ?' for column in row))",
        "storage/schema.py: APPLICATION",
        "storage/schema.py: VERSION",
        "storage/schema.py: statement",
        "storage/shelf.py: _SELECT",
        "storage/shelf.py: assignments",
        "storage/shelf.py: condition",
        "storage/sql.py: _insert(table, tuple(row), conflict)",
        "storage/upkeep.py: PAGES",
        "storage/upkeep.py: _ADDRESSES",
        "storage/upkeep.py: _EMPTY",
        "storage/upkeep.py: _OLD",
        "storage/upkeep.py: _OLDEST",
        "storage/upkeep.py: _RUNS",
        "storage/upkeep.py: _SIZE",
        "storage/upkeep.py: name",
    )
)
"""What statements are put together from: constants of modules, names of columns, conditions written where they are called."""


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "FILE:/etc/passwd", "data:text/xml,<rss/>", "ftp://a.example/feed", "s3://bucket/feed", "/etc/passwd",
        "C:\\feed", "\\\\host\\share", "http://", "http:///etc/passwd", "http://user:word@a.example/feed", "http://a.example:0/",
        "javascript:alert(1)",
    ],
)  # fmt: skip
def test_a_record_cannot_name_a_file(figures: Figures, url: str) -> None:
    for field in ("url", "also"):
        record = {"name": "a", "title": "A", "kind": "press", "lang": "en", "shape": "feed", "every": "1h", "url": "https://a.example/"}
        with pytest.raises(SourceError, match="web address"):
            parsed(record | {field: url if field == "url" else [url]})
    figures.faults_tried += 1


def test_a_page_cannot_name_one_either(figures: Figures) -> None:
    """Links, bases and refreshes of a page: none leads to a file or to a host that the record does not name."""
    record = {"name": "a", "title": "A", "kind": "press", "lang": "en", "shape": "listing", "every": "1h", "url": "http://a.example/news"}
    source = parsed(record | {"options": {"link": "a"}})
    page = (
        '<html><head><base href="file:///etc/"><meta http-equiv="refresh" content="0;url=file:///etc/passwd"></head><body><h1>News</h1>'
        '<a href="file:///etc/passwd">a</a><a href="data:text/html,x">b</a><a href="//127.0.0.1:22/">c</a><a href="http://0x7f.1/">d</a>'
        '<a href="http://[::ffff:169.254.169.254]/">e</a><a href="http://a.example@127.0.0.1/">f</a><a href="javascript:a()">g</a>'
        '<a href="http://[">h</a><a href="file://a.example/etc/passwd">i</a><a href="ftp://a.example/x">j</a><a href="/news/fine">k</a>'
        "</body></html>"
    )
    spider, begun = spider_class(source)(), datetime(2025, 12, 1, tzinfo=UTC)
    asked = [request.url for request in spider.read(Answer(source.url, page.encode()), Run(source, begun))]
    assert asked == ["http://a.example/news/fine"]
    with pytest.raises(Unexpected):
        list(spider.read(Answer(source.url, page.replace("/news/fine", "file:///x").encode()), Run(source, begun)))
    for url in ("file://a.example/etc/passwd", "ftp://a.example/x", "s3://a.example/x", "data://a.example/,x"):
        run = Run(source, begun)
        assert list(spider.fetch(run, url, spider.read)) == [] and [failure.kind for failure in run.failures] == ["redirected"]
    figures.faults_tried += 1
