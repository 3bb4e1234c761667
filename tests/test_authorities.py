"""The authorities' records: each enabled one has an answer of its own form that states something, and its traps are known."""

from datetime import date

import pytest

from pipelines.cleaning.clean import clean
from pipelines.understanding import built_in, understand
from scrapers.answer import Answer, Unexpected
from scrapers.fixtures import read
from scrapers.shapes import feed, notam, records, state
from scrapers.sources import DEFAULT, load
from tests.test_shapes import FIXTURES

SOURCES = load([DEFAULT / "authorities.toml"])
SILENT = {"easa-czib-feed", "rosaviatsiya-telegram"}
"""State nothing in their fixtures: a list of titles, and posts that are read in two parts elsewhere."""


@pytest.mark.parametrize("name", [name for name, source in SOURCES.items() if source.enabled])
def test_each_states_an_event_in_its_fixture_and_leaves_what_is_none(name: str) -> None:
    source = SOURCES[name]
    files = [path for path in FIXTURES if path.parent.name == name]
    assert files, f"tests/fixtures/{name} has no answer of this source"
    stated = []
    for path in files:
        for notice in read(path, source):
            cleaned = clean(notice, source)
            understood = understand(cleaned, source, date.fromisoformat((cleaned.published or "2025-12-01")[:10]), built_in)
            assert understood.problem is None, notice.key
            stated.append(bool(understood.events))
    assert any(stated) or name in SILENT
    assert not all(stated) or len(stated) == 1 or name == "easa-czib"


JAVASCRIPT = b'<html><head><script>window["bobcmn"] = "10111";</script></head><body>Please enable JavaScript</body></html>'


def test_a_page_of_javascript_instead_of_a_feed_is_no_silence() -> None:
    answer = Answer(SOURCES["russia-mfa-feed"].url, JAVASCRIPT)
    with pytest.raises(Unexpected) as caught:
        feed.notices(answer, SOURCES["russia-mfa-feed"])
    assert caught.value.kind == "not_expected" and answer.is_challenge  # which a run tells as "blocked"


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("us-state-api", b"{}", "not_expected"),
        ("us-state-api", b'[{"Title": "Travel.State.Gov"}]', "parse_error"),
        ("us-state-feed", JAVASCRIPT, "not_expected"),
        ("faa-notams-security", b"{}", "not_expected"),
        ("faa-notams-security", b'{"items": [{"properties": {}}]}', "parse_error"),
        ("faa-notams-security", b'{"totalPages": 3, "items": []}', "parse_error"),
        ("faa-notam-search", b'{"error": "Forbidden"}', "not_expected"),
        ("fcdo-countries", b"[]", "not_expected"),
        ("italy-last-hour", b'{"ultima_ora": null}', "not_expected"),
    ],
)
def test_an_answer_of_another_kind_is_a_failure(name: str, body: bytes, kind: str) -> None:
    source = SOURCES[name]
    reader = {"state": state.notices, "notam": notam.notices, "json": records.notices}[source.shape]
    with pytest.raises(Unexpected) as caught:
        found = reader(Answer(source.url, body), source)
        assert found, "nothing was read, and nothing was said"
    assert caught.value.kind == kind


def test_a_location_without_notams_is_an_answer() -> None:
    source = SOURCES["faa-notams-regions"]
    assert notam.notices(Answer(source.url, b'{"pageSize": 1000, "totalCount": 0, "totalPages": 0, "items": []}'), source) == []


def test_a_day_first_and_a_month_first_are_told_apart() -> None:
    (search,) = (path for path in FIXTURES if path.parent.name == "faa-notam-search")
    assert read(search, SOURCES["faa-notam-search"])[0].published == "2026-06-22T11:29Z"
    (export,) = (path for path in FIXTURES if path.parent.name == "easa-czib")
    assert read(export, SOURCES["easa-czib"])[0].fields["valid_until"] == "2026-03-31"
