"""The records: what they say, and how a wrong one is told."""

from datetime import timedelta
from pathlib import Path

import pytest

from scrapers.sources import DEFAULT, Problem, SourceError, load

GOOD = """
[[source]]
name = "news"
title = "News"
kind = "press"
shape = "feed"
url = "https://news.example/rss.xml"
every = "30m"
"""


def problems(folder: Path, text: str) -> list[Problem]:
    (folder / "sources.toml").write_text(text, "utf-8")
    with pytest.raises(SourceError) as caught:
        load([folder])
    return list(caught.value.problems)


def test_a_record_of_seven_lines_is_enough(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(GOOD)
    source = load([tmp_path])["news"]
    assert source.every == timedelta(minutes=30) and source.baseline == timedelta(days=3)
    assert (source.items, source.empty_ok, source.enabled, source.official, source.zone, source.host) == (
        1,
        False,
        True,
        False,
        "UTC",
        "news.example",
    )
    assert source.options == {"key": "guid", "publisher_in_title": False, "fields": {}, "body": "text"}


def test_the_fingerprint_changes_with_how_answers_are_read_and_with_nothing_else(tmp_path: Path) -> None:
    def fingerprint(text: str) -> str:
        (tmp_path / "sources.toml").write_text(text)
        return load([tmp_path])["news"].fingerprint

    assert fingerprint(GOOD) == fingerprint(GOOD + "items = 4")
    assert fingerprint(GOOD) != fingerprint(GOOD + 'options.key = "link"')


@pytest.mark.parametrize(
    ("line", "field", "problem", "remedy"),
    [
        ('every = "30 minutes"', "every", "no duration", '"30m"'),
        ("every = 30", "every", "no duration", '"30m"'),
        ('every = "5s"', "every", "too often", '"1m"'),
        ('kind = "airlines"', "kind", "'airlines' is not known", 'did you mean "airline"?'),
        ('shape = "atom"', "shape", "'atom' is not known", "feed"),
        ('zone = "Europe/Moskow"', "zone", "no time zone", 'did you mean "Europe/Moscow"?'),
        ('country = "RUS"', "country", "another form", '"RU"'),
        ('lang = "Russian"', "lang", "another form", '"ru"'),
        ('url = "news.example/rss"', "url", "no web address", "http"),
        ('url = "file:///etc/passwd"', "url", "no web address", "http"),
        ('url = "\\u0000http://news.example/rss"', "url", "no web address", "http"),
        ('url = "https://user:word@news.example/"', "url", "no web address", "user names"),
        ('items = "5"', "items", "no count", "without quotes"),
        ("none = 404", "none", "no list", '["'),
        ('none = ["404"]', "none", "no count", "without quotes"),
        ("items = true", "items", "no count", "without quotes"),
        ('official = "yes"', "official", "neither true nor false", "without quotes"),
        ('name = "My News"', "name", "another form", "slug"),
        ('title = ""', "title", "no text", "words"),
        ('hosts = "cdn.example"', "hosts", "no list", '["'),
        ('hosts = ["https://cdn.example/x"]', "hosts", "another form", "host name"),
        ("ignore = ['div[']", "ignore", "no CSS selector", "console"),
        ("only = ['(']", "only", "no regular expression", "single quotes"),
        ("enabled = false", "missing", "missing", "before the source could be enabled"),
        ('intervall = "1h"', "intervall", "no such field", "the fields are"),
        ('titel = "News"', "titel", "no such field", 'did you mean "title"?'),
        ('options.kee = "link"', "options.kee", "no such field", 'did you mean "key"?'),
        ('options.key = "giud"', "options.key", "'giud' is not known", 'did you mean "guid"?'),
        ('options = "key"', "options", "no table", "options.key"),
        ('headers = "key"', "headers", "no table", "{"),
        ('headers = { X-Key = "s3cr3t-0815" }', "headers", "no name of an environment variable", "never stands in a record"),
        ('headers = { "X Key" = "NEWS_KEY" }', "headers", "no name of a header", "client_id"),
        ('operator = "Pegas Touristik"', "operator", "another form", "pegas-touristik"),
    ],
)
def test_what_is_wrong_is_told_with_what_would_be_right(tmp_path: Path, line: str, field: str, problem: str, remedy: str) -> None:
    name = line.split("=")[0].strip()
    record = "".join(old for old in GOOD.splitlines(keepends=True) if not old.startswith(f"{name} =")) + line
    (found,) = problems(tmp_path, record)
    assert found.file.endswith("sources.toml") and found.field == field
    assert problem in found.problem and remedy in found.remedy
    assert found.record == ("My News" if name == "name" else "news")
    assert all(part in str(found) for part in ("sources.toml", field, problem, remedy))


def test_a_record_without_a_name_is_told_by_its_number(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, GOOD + GOOD.replace('name = "news"\n', ""))
    assert (found.record, found.field, found.problem) == ("2", "name", "missing")


def test_every_problem_of_every_record_is_told_at_once(tmp_path: Path) -> None:
    broken = GOOD.replace('"30m"', '"x"').replace('title = "News"\n', "") + GOOD.replace('"news"', '"other"').replace('"press"', '"pres"')
    assert [(one.record, one.field) for one in problems(tmp_path, broken)] == [("news", "title"), ("news", "every"), ("other", "kind")]


def test_a_shape_names_the_options_that_it_cannot_do_without(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, GOOD.replace('"feed"', '"listing"'))
    assert (found.field, found.problem) == ("options.link", "missing")


def test_two_records_with_one_name(tmp_path: Path) -> None:
    (tmp_path / "more.toml").write_text(GOOD)
    (found,) = problems(tmp_path, GOOD)
    assert found.field == "name" and "more.toml" in found.problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[source]\n", "no TOML"),
        (GOOD + 'kind = "press"\n', "no TOML"),
        ("[source]\nname = 'x'\n", "one table where a list is wanted"),
        ("source = [1]\n", "no record"),
        ("[[sources]]\n", "no such table"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, text: str, problem: str) -> None:
    assert any(problem in one.problem for one in problems(tmp_path, text))


def test_a_path_without_sources(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no source file here"):
        load([tmp_path / "nowhere.toml"])


def test_the_records_that_come_with_it() -> None:
    sources = load([DEFAULT])
    assert len(sources) >= 100
    assert {source.lang for source in sources.values()} >= {"ru", "en", "de", "nl", "es", "pt", "fr", "it", "tr"}
    for source in sources.values():
        assert source.url.startswith("https://"), source.name
        assert source.enabled or source.missing, source.name
        assert not (source.kind in ("press", "search", "association") and (source.official or source.operator)), source.name
        assert source.enabled is False or source.known in ("A", "B"), f"{source.name}: an address alone is not enough to be asked"
