"""What comes of markup, dates, addresses, and what counts as another version."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.cleaning.clean import canonical_key, canonical_url, clean
from pipelines.cleaning.fingerprint import content_hash
from pipelines.cleaning.markup import KEPT, one_line, plain, visible_text
from pipelines.cleaning.published import UNKNOWN, local_day, published_at
from scrapers.notice import Notice
from tests.publisher import NEWS

# --- text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Flights <b>to</b> Lima</p><p>stop.</p>", "Flights to Lima\nstop."),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<ul><li>Lima</li><li>Quito</li></ul>", "Lima\nQuito"),
        ("<table><tr><th>To</th><th>Until</th></tr><tr><td>Lima</td><td><p>5\n May</p></td></tr></table>", "To | Until\nLima | 5 May"),
        ("<table><tr><td><h1>Alert</h1><p>One.</p><p>Two.</p></td><td>Menu</td></tr></table>", "Alert\nOne.\nTwo.\nMenu"),
        ("<pre>a\nb</pre>", "a\nb"),
        ("<p>a\nb</p>", "a b"),
        ("a<script>var x</script><style>p{}</style><!-- c --><noscript>Enable it</noscript>b", "ab"),
        ("<p hidden>x</p><div style='color:red; display: none'>y</div><p>z</p>", "z"),
        ("<p>Until <del>5</del> <s>6</s> 7 May</p>", "Until 7 May"),
        ("&lt;p&gt;Lima &amp;amp; Quito&lt;/p&gt;", "Lima & Quito"),
        ("Tom &amp;amp; Co", "Tom & Co"),
        ("&amp;lt;5 hours", "<5 hours"),
        ("<?xml version='1.0' encoding='windows-1251'?><p>Рейсы</p>", "Рейсы"),
        ("<p>Пор\u00adла\u200bмар\u202e</p>", "Порламар"),
        ("<p>Cafe\u0301</p>", "Caf\u00e9"),
        ("<p>half \ud83d</p>\x00", "half"),
        ("5 < 6 and no markup", "5 < 6 and no markup"),
        ("<p>never closed <b>and", "never closed and"),
        ("", ""),
    ],
)
def test_visible_text(markup, text):
    assert visible_text(markup) == text


def test_deep_nesting_is_read():
    assert visible_text("<p>Stops:</p>" + "<div>" * 5000 + "Lima" + "</div>" * 5000) == "Stops: Lima"


def test_a_title_is_one_line_without_tags():
    assert one_line(" <b>TAP</b>\n stops &lt;i&gt;Lima&lt;/i&gt; &amp;amp; Quito, 5 < 6 ") == "TAP stops Lima & Quito, 5 < 6"


@given(st.text(st.characters(), max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_stored_and_is_read_the_same_twice(text):
    for read in (visible_text, plain, one_line):
        once = read(text)
        once.encode("utf-8")
        assert "\r" not in once and "  " not in once and once == once.strip()


# --- times ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "moment", "how"),
    [
        ("Fri, 20 Nov 2026 10:00:00 +0300", "2026-11-20 07:00", "stated"),
        ("Fri, 20 Nov 26 10:00 GMT", "2026-11-20 10:00", "stated"),
        ("2026-11-20T10:00:00.123Z", "2026-11-20 10:00", "stated"),
        ("2026-11-20T10:00:00+03:00", "2026-11-20 07:00", "stated"),
        ("20261120T100000Z", "2026-11-20 10:00", "stated"),
        ("2026-11-20 10:00:00", "2026-11-20 07:00", "stated, zone assumed"),
        ("20.11.2026 10:00", "2026-11-20 07:00", "stated, zone assumed"),
        ("10:00, 20 ноября 2026 г.", "2026-11-20 07:00", "stated, zone assumed"),
        ("20.11.2026 в 10:00 мск", "2026-11-20 07:00", "stated"),
        ("Fri, 20 Nov 2026 10:00 MSK", "2026-11-20 07:00", "stated"),
        ("November 20, 2026 3:05 PM EST", "2026-11-20 20:05", "stated"),
        ("20. November 2026, 10:00 Uhr", "2026-11-20 07:00", "stated, zone assumed"),
        ("le 20 novembre 2026 à 10h00", "2026-11-20 07:00", "stated, zone assumed"),
        ("20 de noviembre de 2026 - 10:00", "2026-11-20 07:00", "stated, zone assumed"),
        ("3 Şubat 2026 10:00", "2026-02-03 07:00", "stated, zone assumed"),
        ("1795158000", "2026-11-20 07:00", "stated"),
        ("1795158000000", "2026-11-20 07:00", "stated"),
        ("20/11/2026", "2026-11-20 09:00", "stated, day only"),
        ("Пт, 20 ноя 2026", "2026-11-20 09:00", "stated, day only"),
    ],
)
def test_published_in_moscow(printed, moment, how):
    assert published_at(printed, "Europe/Moscow") == (datetime.fromisoformat(f"{moment}:00Z"), how)


@pytest.mark.parametrize("printed", ["", "yesterday", "Вчера в 21:00", "32.13.2026", "Mon, 01 Jan 0001 00:00:00 GMT", "01.01.1970", "12"])
def test_what_prints_no_time_is_unknown(printed):
    assert published_at(printed, "Europe/Moscow") == (None, "unknown")


def test_a_wrong_zone_label_is_corrected():
    moment, how = published_at("Tue, 11 Aug 2026 18:51:50 GMT", "Europe/Moscow", clock_is_local=True)
    assert (moment, how) == (datetime(2026, 8, 11, 15, 51, 50, tzinfo=UTC), "stated, clock corrected")


def test_american_order():
    assert published_at("02/03/2026 10:00", "UTC", month_first=True)[0] == datetime(2026, 2, 3, 10, tzinfo=UTC)
    assert published_at("02/03/2026 10:00", "UTC")[0] == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_the_day_of_a_night_is_that_of_the_source():
    moment, _ = published_at("2025-12-01 01:00", "Europe/Moscow")
    assert moment == datetime(2025, 11, 30, 22, tzinfo=UTC)
    assert local_day(moment, "Europe/Moscow") == date(2025, 12, 1)


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_printed_date_raises(text):
    published_at(text, "Europe/Moscow")


# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://News.Example:443/A?utm_source=rss&id=4&yclid=9#top", "https://news.example/A?id=4"),
        ("http://news.example", "http://news.example/"),
        ("http://news.example:8080/a?", "http://news.example:8080/a"),
        ("https://user:secret@news.example/a b", "https://news.example/a%20b"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        ("https://news.example/?q=a&q=b&UTM_Medium=x", "https://news.example/?q=a&q=b"),
        ("javascript:alert(1)", ""),
        ("ftp://news.example/a", ""),
        ("http://[broken", ""),
        ("http://news.example:port/", ""),
        ("", ""),
    ],
)
def test_canonical_url(url, canonical):
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


def test_keys_that_are_no_address_stay_as_they_are():
    assert canonical_key(" atorus/12345 ") == "atorus/12345"
    assert canonical_key("https://News.example/a?utm_source=x#alert-2") == "https://news.example/a#alert-2"


def test_the_notices_of_one_page_keep_what_tells_them_apart():
    page = "https://news.example/alerts#lima"
    assert clean(Notice("news", page, page, "A", "B"), NEWS).url == page
    assert clean(Notice("news", "4711", page, "A", "B"), NEWS).url == "https://news.example/alerts"
    assert clean(Notice("news", "4711", "javascript:void(0)", "A", "B"), NEWS).url == NEWS.url


# --- versions ---------------------------------------------------------------------------------------------------------

UPDATED = [
    ("Last updated: 30 November 2025, 10:45 UTC", "Last updated: 1 Dec 2025 at 09:00 UTC"),
    ("Last updated:\n30 Nov 2025, 10:45", "Last updated:\n1 Dec 2025, 11:45"),
    ("Updated 2025-11-30T10:45:00Z", "Updated 2025-12-01T10:45:11Z"),
    ("Обновлено 30.11.2025 в 10:45", "Обновлено 1.12.2025 в 11:45"),
    ("Bijgewerkt op maandag, 1 december 2025 om 10:45 uur", "Bijgewerkt op dinsdag, 2 december 2025 om 11:45 uur"),
    ("Letzte Aktualisierung: 30. November 2025, 10:45 Uhr", "Letzte Aktualisierung: 1. Dezember 2025, 11:45 Uhr"),
    ("Última actualización: 30 de noviembre de 2025 a las 10:45", "Última actualización: 1 de diciembre de 2025 a las 11:45"),
    ("Atualizado em 30/11/2025 às 10:45", "Atualizado em 01/12/2025 às 11:45"),
    ("Mis à jour le 30 novembre 2025 à 10h45", "Mis à jour le 1er décembre 2025 à 11h45"),
    ("Ultimo aggiornamento: 30 novembre 2025 alle ore 10:45", "Ultimo aggiornamento: 1 dicembre 2025 alle ore 11:45"),
    ("Son güncelleme: 30 Kasım 2025 10:45", "Son güncelleme: 1 Aralık 2025 09:15"),
    ("Aktualizacja: 30 listopada 2025 r., godz. 10:45", "Aktualizacja: 1 grudnia 2025 r., godz. 9:15"),
]
SAME = [
    *UPDATED,
    ("Position as of 10:45 UTC", "Position as of 11:00 UTC"),
    ("Posted 5 minutes ago", "Posted 2 hours ago"),
    ("5 минут назад", "2 часа назад"),
    ("Просмотров: 1 234", "Просмотров: 1 240"),
    ("token 0a1b2c3d4e5f6a7b8c9d0e1f", "token 99998888777766665555aaaa"),
    ("Рейсы «Аэрофлота» — отменены", 'РЕЙСЫ "Аэрофлота" -  отменены'),
]
OTHER = [
    ("stops until 5 May", "stops until 6 May"),
    ("Updated: stops until 5 May", "Updated: stops until 6 May"),
    ("Updated 30 Nov. 5 December flights are off", "Updated 30 Nov. 6 December flights are off"),
    ("Updated\n5 May: flights stop", "Updated\n6 May: flights stop"),
    ("Updated: 3 flights are off", "Updated: 4 flights are off"),
    ("Обновлено: рейсы остановлены до 5 мая", "Обновлено: рейсы остановлены до 6 мая"),
    ("as of 5 May flights stop", "as of 6 May flights stop"),
    ("departs at 10:45", "departs at 11:45"),
    ("flight TP173", "flight TP174"),
    ("+7 495 123 45 67 89 01 23 45", "+7 495 123 45 67 89 01 23 46"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_version(one, other):
    rest = "\nTAP stops Caracas until 15 January."
    assert content_hash("Alert", one + rest) == content_hash("Alert", other + rest)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_version(one, other):
    assert content_hash("Alert", one) != content_hash("Alert", other)


def test_fields_and_title_count():
    assert content_hash("A", "x", {"Status": "Active"}) != content_hash("A", "x", {"Status": "Withdrawn"})
    assert content_hash("A", "x") != content_hash("B", "x")
    assert content_hash("A", "x", {"a": 1, "b": 2}) == content_hash("A", "x", {"b": 2, "a": 1})


# --- all together -----------------------------------------------------------------------------------------------------


def test_clean():
    notice = Notice(
        "news", "guid-1", "https://news.example/a?utm_source=rss", "<b>TAP</b> stops", "", "<p>Until&nbsp;5 May.</p>", "30.11.2025 10:00"
    )
    moscow = replace(NEWS, zone="Europe/Moscow", lang="pt")
    cleaned = clean(notice, moscow)
    assert (cleaned.source, cleaned.key, cleaned.url) == ("news", "guid-1", "https://news.example/a")
    assert (cleaned.title, cleaned.text, cleaned.lang) == ("TAP stops", "Until 5 May.", "pt")
    assert (cleaned.published, cleaned.published_how) == ("2025-11-30T07:00:00Z", "stated, zone assumed")
    assert len(cleaned.hash) == 32
    assert clean(replace(notice, lang="EN-gb"), moscow).lang == "en"


def test_a_long_text_is_cut_at_a_line():
    cleaned = clean(Notice("news", "k", "", "T", "line of words\n" * 20_000), NEWS)
    assert cleaned.truncated
    assert KEPT - 20 < len(cleaned.text) <= KEPT
    assert cleaned.text.endswith("line of words")


def test_days_at_the_ends_of_the_calendar_are_none() -> None:
    for text in ("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "²" * 10):
        assert published_at(text, "Europe/Moscow") == (None, UNKNOWN)


@pytest.mark.parametrize("text", ["9" * 100_000, "1." * 50_000, "A" * 100_000 + " 2025", "December " * 20_000])
def test_a_printed_time_as_long_as_a_page_is_read_at_its_beginning(text: str) -> None:
    """It once took minutes."""
    assert published_at(text, "") == (None, UNKNOWN)
