"""GDELT's files: an index, a zipped table, and what may be wrong with both."""

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from scrapers.answer import Answer, Unexpected
from scrapers.fixtures import body
from scrapers.shapes import gdelt
from scrapers.sources import Source, load
from tests.desk import desk, kinds
from tests.loopback import Reply, in_loop
from tests.test_shapes import FIXTURES

SOURCE = load()["gdelt-english"]
(FIXTURE,) = [path for path in FIXTURES if path.parent.name == SOURCE.name]
ZIPPED = body(FIXTURE)
NAME = "20251201101500.gkg.csv.zip"


def zipped(*files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, file in enumerate(files):
            archive.writestr(f"{number}.csv", file)
    return packed.getvalue()


def index(packed: bytes, host: str = "data.gdeltproject.org", name: str = NAME) -> bytes:
    of = f"{len(packed)} {hashlib.md5(packed).hexdigest()} http://{host}/gdeltv2"
    return f"1 {'0' * 32} http://{host}/gdeltv2/20251201101500.export.CSV.zip\n{of}/{name}\n".encode()


def titles(packed: bytes, source: Source = SOURCE) -> list[str]:
    return [notice.title for notice in gdelt.notices(Answer(source.url, packed), source)]


def row(**columns: str) -> bytes:
    cells = FIXTURE.read_text("utf-8").splitlines()[0].split("\t")
    for name, value in columns.items():
        cells[getattr(gdelt, name)] = value
    return "\t".join(cells).encode()


def test_the_file_is_looked_for_beside_the_index_whatever_host_it_names() -> None:
    for name in (NAME, "20251201101500.translation.gkg.csv.zip"):
        file = gdelt.newest(Answer("https://mirror.example/gdeltv2/lastupdate.txt", index(ZIPPED, "elsewhere.example", name)))
        assert file == (f"https://mirror.example/gdeltv2/{name}", hashlib.md5(ZIPPED).hexdigest())


@pytest.mark.parametrize("answer", [b"", b"{}", b"<html>busy</html>", index(ZIPPED, name="../../x.gkg.csv.zip"), b"1 0 " * 9_000])
def test_an_index_that_names_no_file(answer: bytes) -> None:
    with pytest.raises(Unexpected):
        gdelt.newest(Answer(SOURCE.url, answer))


def test_pages_without_a_title_rows_that_are_cut_and_addresses_that_are_none_are_left_out() -> None:
    assert titles(ZIPPED) == ["Copa Airlines suspends its flights to Caracas until December 12", "Harbour bakery “moves” after 40 years"]


def test_themes_narrow_it() -> None:
    assert titles(ZIPPED, replace(SOURCE, options={"themes": ("ECON_ENTREPRENEURSHIP",)})) == ["Harbour bakery “moves” after 40 years"]
    assert titles(ZIPPED, replace(SOURCE, options={"themes": ("ECON",)})) == []


@pytest.mark.parametrize(("code", "lang"), [("srclc:spa;eng:GT-SPA 1.0", "es"), ("srclc:tur;eng:x", "tr"), ("srclc:fin;", ""), ("", "en")])
def test_the_language_is_that_of_the_page(code: str, lang: str) -> None:
    (notice,) = gdelt.notices(Answer(SOURCE.url, zipped(row(TRANSLATED=code))), replace(SOURCE, lang=""))
    assert notice.lang == lang


def test_a_row_of_many_bytes_is_no_row_and_hurts_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gdelt, "LONGEST_ROW", 10_000)
    assert titles(zipped(row(THEMES="A;" * 40_000) + b"\n" + row())) == titles(zipped(row()))


@pytest.mark.parametrize(
    ("packed", "kind"),
    [
        (b"PK\x03\x04" + b"\x00" * 40, "parse_error"),
        (b"<html>busy</html>", "parse_error"),
        (ZIPPED[: len(ZIPPED) // 2], "parse_error"),
        (zipped(), "not_expected"),
        (zipped(b"a", b"b"), "not_expected"),
        (zipped(b"a\tb\tc\n"), "not_expected"),
    ],
)
def test_an_archive_that_is_none(packed: bytes, kind: str) -> None:
    with pytest.raises(Unexpected) as caught:
        titles(packed)
    assert caught.value.kind == kind


def test_an_archive_that_unfolds_to_more_than_is_taken_is_not_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gdelt, "MOST_UNZIPPED", 1_000_000)
    bomb = zipped(b"\x00" * 50_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(Unexpected) as caught:
        titles(bomb)
    assert caught.value.kind == "too_big"


def test_a_file_is_read_once_and_not_where_it_is_another_than_the_index_says(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            source = replace(SOURCE, url=on.site.url("/gdeltv2/lastupdate.txt"))
            on.site.pages["/gdeltv2/lastupdate.txt"] = Reply(index(ZIPPED))
            on.site.pages[f"/gdeltv2/{NAME}"] = Reply(ZIPPED + b"x")
            run = await on.crawl.run(source)
            assert kinds(run) == ["parse_error"] and run.items == 0
            on.memory.update(run.validators)

            on.site.pages[f"/gdeltv2/{NAME}"] = Reply(ZIPPED)
            run = await on.crawl.run(source)
            assert not run.failures and (run.entries, run.items) == (1, 1)
            on.memory.update(run.validators)

            asked = on.site.times_asked(f"/gdeltv2/{NAME}")
            run = await on.crawl.run(source)
            assert not run.failures and (run.entries, run.items) == (1, 0)
            assert on.site.times_asked(f"/gdeltv2/{NAME}") == asked

    in_loop(story())


def test_the_file_may_be_larger_than_what_is_taken_of_others(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path, DOWNLOAD_MAXSIZE=len(ZIPPED) - 1) as on:
            source = replace(SOURCE, url=on.site.url("/gdeltv2/lastupdate.txt"))
            on.site.pages["/gdeltv2/lastupdate.txt"] = Reply(index(ZIPPED))
            on.site.pages[f"/gdeltv2/{NAME}"] = Reply(ZIPPED)
            run = await on.crawl.run(source)
            assert len(index(ZIPPED)) < len(ZIPPED) and not run.failures and run.items == 1

    in_loop(story())
