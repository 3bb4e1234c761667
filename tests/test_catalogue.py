"""Each enabled source is proven: a dated answer in its own format, read by the code that will read the real one.

``groundstop capture NAME`` makes a fixture of a live answer; ``tests/README.md`` says what the ones here are.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipelines.cleaning.clean import clean
from pipelines.event import FLAGGED
from pipelines.understanding import built_in, understand
from scrapers.fixtures import read
from scrapers.notice import Notice
from scrapers.sources import DEFAULT, Source
from tests.test_shapes import FIXTURES, SOURCES

ENABLED = [source for source in SOURCES.values() if source.enabled]
RECORDS = {record["name"]: record for file in sorted(DEFAULT.glob("*.toml")) for record in tomllib.loads(file.read_text())["source"]}
DATED = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)-[a-z0-9]+(?:-[a-z0-9]+)*(?:\.article|\.gkg)?\.\w+")
STREAMS = ("feed", "telegram", "gdelt")
"""Shapes in which entries follow each other, so that their silence says something. Pages, lists of countries and boards just stand."""
CONTINENTS = {
    "Europe": ["RU", "NL", "ES", "PT", "DE", "FR", "IT", "GB", "BE", "CH"],
    "Asia": ["TR", "IN", "AE", "QA"],
    "Africa": ["ZA"],
    "America": ["US", "CA", "MX", "BR", "CO", "CL", "VE"],
    "Australia": ["AU"],
}


def fixtures(source: Source) -> list[Path]:
    return [path for path in FIXTURES if path.parent.name == source.name]


def notices(source: Source) -> Iterator[tuple[Notice, date]]:
    """What the fixtures hold and the record keeps, each with the day that counts as its publication. Of a list: its articles."""
    for path in fixtures(source):
        day = DATED.fullmatch(path.name)
        assert day, f"{path.name}: name it DATE-SLUG.EXT"
        for notice in read(path, source):
            if notice.title or notice.text or notice.html:
                published = clean(notice, source).published
                yield notice, date.fromisoformat(published[:10] if published else day["day"])


@pytest.mark.parametrize("source", ENABLED, ids=lambda source: source.name)
def test_an_enabled_source_is_proven(source: Source) -> None:
    found = fixtures(source)
    assert found, f"no fixture: groundstop capture {source.name}"
    assert [path.name for path in found if not path.with_name(f"{path.stem}.golden.json").exists()] == []
    read_from_it = list(notices(source))
    assert read_from_it, "the fixture holds no notice"
    keys = [notice.key for notice, _ in read_from_it]
    assert len(set(keys)) == len(keys)
    assert all(notice.url.startswith(("https://", "http://")) for notice, _ in read_from_it)
    if source.shape in STREAMS:
        assert all(clean(notice, source).published for notice, _ in read_from_it)


@pytest.mark.parametrize("source", ENABLED, ids=lambda source: source.name)
def test_its_record_says_what_to_expect(source: Source) -> None:
    said = RECORDS[source.name]
    assert "every" in said and source.known in ("A", "B")
    assert "items" in said or source.shape in ("page", "gdelt"), "items: how many entries a healthy answer holds at least"
    if source.shape in STREAMS and source.kind != "authority":
        assert source.quiet, "quiet: after how long without a new notice silence is suspicious"
        assert source.quiet > 2 * source.every


@pytest.mark.parametrize("source", [s for s in ENABLED if s.kind not in ("authority", "airport")], ids=lambda source: source.name)
def test_its_fixture_states_an_event_and_holds_something_that_states_none(source: Source) -> None:
    events = [understand(clean(notice, source), source, day, built_in).events for notice, day in notices(source)]
    assert any(event.kind in FLAGGED for each in events for event in each)
    assert any(not each for each in events)


@pytest.mark.parametrize("source", [s for s in ENABLED if s.only], ids=lambda source: source.name)
def test_a_source_about_everything_keeps_what_is_about_flights(source: Source) -> None:
    kept = [any(pattern.search(f"{n.title}\n{n.text or n.html}") for pattern in source.only) for n, _ in notices(source)]
    assert set(kept) == {True, False}


@pytest.mark.parametrize("source", [s for s in SOURCES.values() if s.kind == "airport" and s.enabled], ids=lambda source: source.name)
def test_a_board_is_kept_and_states_nothing_of_its_own(source: Source) -> None:
    for notice, day in notices(source):
        understood = understand(clean(notice, source), source, day, built_in)
        assert notice.fields["status"] in ("cancelled", "diverted", "elsewhere")
        assert not understood.events and not understood.problem


def test_the_catalogue_is_as_wide_as_it_is_meant_to_be() -> None:
    others = [source for source in SOURCES.values() if source.kind != "authority"]
    assert len(SOURCES) >= 50 and len(others) >= 45
    assert {source.lang for source in others if source.enabled} >= {"ru", "en", "nl", "es", "pt", "de", "fr", "it", "tr"}
    countries = {source.country for source in others if source.enabled}
    assert [name for name, members in CONTINENTS.items() if not countries & set(members)] == []
    for source in SOURCES.values():
        assert source.enabled or source.missing, source.name
