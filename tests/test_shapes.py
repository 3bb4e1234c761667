"""Every shape against answers of its sources: own words in the sources' own structure.

``tests/fixtures/SOURCE/DATE-SLUG.EXT`` is an answer of a source in ``data/sources``, the ``.json`` beside it what the shape makes
of it. A missing one is written, and the test fails so that a person reads it.
"""

import contextlib
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.cleaning.clean import clean
from scrapers.answer import Answer, Unexpected, decode
from scrapers.fixtures import as_golden, fixtures, golden, read, write_golden
from scrapers.shapes import SHAPES, easa, faa, feed, gdelt, listing, notam, page, records, sheremetyevo, state, telegram
from scrapers.sources import load

ROOT = Path(__file__).resolve().parent
CAPTURES = ROOT.parent.parent / "shared" / "captures"
SOURCES = load()
FIXTURES = sorted(path for name in SOURCES for path in fixtures(ROOT / "fixtures" / name))

READERS = {
    "feed": feed.notices,
    "page": page.notices,
    "telegram": lambda answer, source: telegram.posts(answer, source).notices,
    "json": records.notices,
    "easa": easa.notices,
    "faa": faa.notices,
    "gdelt": lambda answer, source: list(gdelt.notices(answer, source)),
    "sheremetyevo": sheremetyevo.notices,
    "notam": notam.notices,
    "state": state.notices,
}


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_shape_reads_its_sources(path: Path) -> None:
    source = SOURCES[path.parent.name]
    if not golden(path).exists():
        write_golden(path, source)
        pytest.fail(f"{golden(path).name} was missing and is written now: read it")
    assert as_golden(read(path, source)) == json.loads(golden(path).read_text("utf-8"))


def test_every_shape_has_a_fixture() -> None:
    assert {SOURCES[path.parent.name].shape for path in FIXTURES} == set(SHAPES)


@pytest.mark.parametrize(
    ("capture", "name", "entries"),
    [
        ("atorus/news-rss-synthetic.xml", "ator-feed", 8),
        ("tourdom/rss-synthetic.xml", "tourdom-feed", 8),
        ("tourprom/feed-rss-synthetic.xml", "tourprom-feed", 8),
        ("aeroroutes/feed-synthetic.xml", "aeroroutes-feed", 8),
        ("google-news/search-en-synthetic.xml", "search-en", 6),
        ("google-news/search-ru-synthetic.xml", "search-ru", 7),
        ("google-news/search-zero-items-synthetic.xml", "search-en", 0),
        ("gov-uk/foreign-travel-advice-built.atom", "fcdo-feed", 20),
        ("us-state/TAsTWs-2026-10-07.xml", "us-state-feed", 9),
        ("us-state/TAsTWs-2026-09-26.xml", "us-state-feed", 6),
        ("us-state/TAsTWs-2026-09-25.xml", "us-state-feed", 8),
        ("telegram/s-atorus-synthetic.html", "ator-telegram", 7),
        ("telegram/s-tourdom-synthetic.html", "tourdom-telegram", 7),
        ("telegram/s-favt_info-synthetic.html", "rosaviatsiya-telegram", 8),
        ("safeairspace/summary-synthetic.html", "safeairspace-summary", 8),
        ("gov-uk/foreign-travel-advice-index-2026-05-03.json", "fcdo-index", 12),
        ("gov-uk/foreign-travel-advice-index-2026-09-26.json", "fcdo-index", 12),
        ("canada/index-alpha-eng-2026-09-26.json", "canada-advisories", 6),
        ("germany/travelwarning-2026-03-27.json", "germany-warnings", 14),
        ("germany/travelwarning-2026-05-03.json", "germany-warnings", 14),
        ("netherlands/traveladvice-v2-2026-09.json", "netherlands-advice", 12),
        ("easa/czib-export-2026-09-25.json", "easa-czib", 33),
        ("easa/czib-export-earlier.json", "easa-czib", 12),
        ("faa/us_restrictions-2026-09-25.html", "faa-prohibitions", 19),
    ],
)
def test_captured_answers_where_they_are_at_hand(capture: str, name: str, entries: int) -> None:
    if (CAPTURES / capture).exists():
        found = read(CAPTURES / capture, SOURCES[name])
        assert len(found) == entries
        assert len({notice.key for notice in found}) == entries
        assert all(notice.title or notice.text for notice in found)
        assert all(notice.published for notice in found) or SOURCES[name].shape in ("faa", "page")


def test_a_review_of_a_bulletin_is_no_new_version() -> None:
    both = [CAPTURES / "easa" / name for name in ("czib-export-earlier.json", "czib-export-2026-09-25.json")]
    if all(path.exists() for path in both):
        earlier, later = ({notice.key: notice for notice in read(path, SOURCES["easa-czib"])} for path in both)
        assert earlier["20585 2017-03-31"] == later["20585 2017-03-31"]


def test_a_clock_under_a_wrong_label_is_corrected() -> None:
    (path,) = (ROOT / "fixtures" / "tourdom-feed").glob("*.xml")
    notice, _ = read(path, SOURCES["tourdom-feed"])
    assert clean(notice, SOURCES["tourdom-feed"]).published == "2025-11-30T21:40:00Z"


TURKISH = "<?xml version='1.0' encoding='windows-1254'?>"
SHELL = b"<html><head><title>Updates</title></head><body><nav>Flights cancelled</nav><main><div id=app></div></main></body></html>"
MISSING = "<html><body><main><h1>Flights disrupted</h1><p>Sorry, we can’t find this page.</p></main></body></html>".encode()


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("qatar-alerts", SHELL, "not_expected"),
        ("qatar-alerts", MISSING, "gone"),
        ("qatar-alerts", b"", "not_expected"),
        ("qatar-alerts", b"<!-- nothing -->", "not_expected"),
        ("anex-news", SHELL, "not_expected"),
        ("ator-telegram", SHELL, "not_expected"),
        ("germany-warnings", b"{}", "not_expected"),
        ("germany-warnings", b'{"response": {"contentList": []}}', "not_expected"),
        ("germany-warnings", b'{"response": {"1": {"title": "cut', "parse_error"),
        ("fcdo-index", SHELL, "not_expected"),
        ("fcdo-index", b'{"links": {"children": [{"title": "without an address"}]}}', "parse_error"),
        ("fcdo-index", b"[" * 100_000, "parse_error"),
        ("easa-czib", b"{}", "not_expected"),
        ("easa-czib", b"null", "not_expected"),
        ("faa-prohibitions", SHELL, "not_expected"),
        ("ator-feed", SHELL, "not_expected"),
        ("ator-feed", b"{}", "not_expected"),
        ("ator-feed", b'<?xml version="1.0"?><!DOCTYPE rss SYSTEM "x.dtd"><rss><channel/></rss>', "parse_error"),
    ],
)
def test_an_answer_of_another_kind_is_a_failure(name: str, body: bytes, kind: str) -> None:
    source = SOURCES[name]
    with pytest.raises(Unexpected) as caught:
        listing.links(Answer(source.url, body), source) if source.shape == "listing" else READERS[source.shape](
            Answer(source.url, body), source
        )
    assert caught.value.kind == kind


def test_a_channel_that_hides_its_posts_is_blocked() -> None:
    source = SOURCES["ator-telegram"]
    with pytest.raises(Unexpected) as caught:
        telegram.posts(Answer("https://t.me/atorus", b"<html><body>View in Telegram</body></html>"), source)
    assert caught.value.kind == "blocked"


def test_an_item_within_an_item_is_part_of_it_and_one_within_a_match_without_a_key_is_one() -> None:
    entry = "<div class='entry' id='{}'><h2>{}</h2>{}</div>"
    inner, other, again = entry.format("b", "Beirut", "open"), entry.format("c", "Caracas", "closed"), entry.format("c", "", "still")
    body = entry.format("a", "Amman", f"closed {inner}") + f"<div class='entry'>{other}</div>" + again
    source = next(source for source in SOURCES.values() if source.shape == "page")
    source = replace(source, options=source.options | {"item": "div.entry", "key": "@id", "title": "", "expect": ""})
    found = [clean(notice, source) for notice in page.notices(Answer(source.url, body.encode()), source)]
    assert [(c.title, c.text.split()) for c in found] == [("Amman", ["closed", "Beirut", "open"]), ("Caracas", ["closed", "still"])]


def test_what_a_record_ignores_is_left_out() -> None:
    source = replace(SOURCES["qatar-alerts"], ignore=(".clock",), ignore_text=(re.compile(r"token-\w+"),))
    body = b"<main><p>Flights to Caracas stay suspended until 15 January. token-a1b2</p><p class=clock>10:45</p> and so on</main>"
    (notice,) = page.notices(Answer(source.url, body), source)
    assert "10:45" not in notice.html and "token" not in notice.html and "and so on" in notice.html


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("Рейсы отменены".encode(), "text/html; charset=windows-1251", "Рейсы отменены"),
        ("Рейсы отменены".encode("cp1251"), "text/html; charset=utf-8", "Рейсы отменены"),
        ("Рейсы отменены".encode("cp1251"), "", "Рейсы отменены"),
        (f"{TURKISH}YENİ ŞIK HANGAR".encode("cp1254"), "text/xml; charset=utf-8", f"{TURKISH}YENİ ŞIK HANGAR"),
        ("Рейсы отменены".encode("koi8-r"), "text/html; charset=koi8-r", "Рейсы отменены"),
        ("<meta charset=iso-8859-1>Vôos à Caracas".encode("cp1252"), "", "<meta charset=iso-8859-1>Vôos à Caracas"),
        ("Flüge fällt aus".encode("cp1252"), "text/html; charset=utf-8", "Flüge fällt aus"),
        ("\ufeffРейсы".encode(), "", "Рейсы"),
        ("Рейсы".encode("utf-16"), "", "Рейсы"),
        ("Рейсы отменены".encode()[:-1], "text/html; charset=utf-8", "Рейсы отменен\ufffd"),
        (b"", "", ""),
    ],
)
def test_the_bytes_outweigh_what_is_said_of_them(body: bytes, content_type: str, text: str) -> None:
    assert decode(body, content_type) == text


@pytest.mark.parametrize(
    "cut", [b"<html><body><main>" + b"<div>" * 20_000, b"\x00" * 5000, b"<a" * 5000, bytes(range(256)) * 20, b"<!-- a -->" * 2000]
)
@pytest.mark.parametrize(
    "name", ["qatar-alerts", "safeairspace-summary", "ator-telegram", "faa-prohibitions", "ator-feed", "fcdo-index", "easa-czib"]
)
def test_no_answer_makes_a_shape_fall_over(name: str, cut: bytes) -> None:
    source = SOURCES[name]
    with contextlib.suppress(Unexpected):
        for notice in READERS[source.shape](Answer(source.url, cut), source):
            clean(notice, source)
