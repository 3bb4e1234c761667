"""GDELT's 15-minute files: the pages that its global knowledge graph (GKG 2.1) saw, one notice for each, its title only.

``lastupdate.txt`` names the newest files, one a line: bytes, MD5, address. The ``.gkg.csv.zip`` among them holds one file of rows:
27 columns, separated by tabs, UTF-8, no head. Columns and their meaning are those of the publisher's "Global Knowledge Graph Codebook
V2.1"; that the extras of a row (its last column) hold the page's title, and that the files of translated pages are built alike, is
known from public readers. Only the newest file is ever named: a quarter of an hour in which nobody asks is missed.
"""

import hashlib
import html
import re
import zlib
from collections.abc import Iterable, Iterator
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin
from zipfile import BadZipFile, ZipFile

from scrapy.http import Request

from scrapers.answer import Answer, Unexpected
from scrapers.base import SourceSpider
from scrapers.fields import Field, listed, text
from scrapers.notice import Notice
from scrapers.run import Run

if TYPE_CHECKING:
    from scrapers.sources import Source

OPTIONS = {
    "themes": Field(listed(text), ()),  # codes of GDELT's themes: a page without any of them is left out; empty: all are kept
}

MOST_ZIPPED = 32 * 1024 * 1024
"""Bytes. A quarter of an hour was seen to take 5 to 8 million, of translated pages 15 million."""
MOST_UNZIPPED = 128 * 1024 * 1024
LONGEST_ROW = 1024 * 1024
"""Bytes. What is longer falls into pieces that are no rows."""
COLUMNS = 27
DATE, PUBLISHER, ADDRESS, THEMES, TRANSLATED, EXTRAS = 1, 3, 4, 7, 25, 26
"""V2.1DATE, V2SOURCECOMMONNAME, V2DOCUMENTIDENTIFIER, V1THEMES, V2.1TRANSLATIONINFO, V2EXTRASXML: of the codebook's columns, from 0."""

_FILE = re.compile(r"(?<!\S)\d{1,12} (?P<md5>[0-9a-f]{32}) \S*/(?P<name>\d{14}(?:\.translation)?\.gkg\.csv\.zip)")
_TITLE = ("<PAGE_TITLE>", "</PAGE_TITLE>")
LONGEST_TITLE = 1000
"""Characters. What is longer is no title."""
_SEEN = re.compile(r"\d{14}")
"""When GDELT saw the page, minutes to hours after it was published: UTC."""
_LANGUAGE = re.compile(r"srclc:(\w{3})")
_LANGUAGES = {"rus": "ru", "nld": "nl", "spa": "es", "por": "pt", "deu": "de", "fra": "fr", "ita": "it", "tur": "tr"}
"""ISO 639-2 to 639-1, for the languages that are read here; a page that was not translated is English."""


class Named(NamedTuple):
    """A file that the index names."""

    url: str
    md5: str


class GdeltSpider(SourceSpider):
    options = OPTIONS

    def requests(self, run: Run) -> Iterator[Request]:
        # Not conditional: an unchanged index may name a file that could not be read.
        for url in self.source.addresses:
            yield from self.fetch(run, url, self.read, conditional=False)

    def read(self, answer: Answer, run: Run) -> Iterator[Request]:
        file = newest(answer)
        run.entries += 1
        if self.memory.fetched(file.url) is None:
            for request in self.fetch(run, file.url, partial(self._pages, md5=file.md5), conditional=False):
                request.meta["download_maxsize"] = MOST_ZIPPED
                yield request

    def _pages(self, answer: Answer, run: Run, md5: str) -> Iterable[Notice]:
        if hashlib.md5(answer.body, usedforsecurity=False).hexdigest() != md5:
            raise Unexpected("parse_error", "not the file that the index names: its MD5 is another")
        return self.article(answer, run)

    def article(self, answer: Answer, run: Run) -> Iterable[Notice]:
        """What stands in the file to which the index led."""
        return notices(answer, self.source)


def newest(answer: Answer) -> Named:
    """The knowledge graph's file in the index. Only its name is taken: it lies beside the index. Raises ``Unexpected``."""
    named = _FILE.search(answer.text[:10_000])
    if named is None:
        raise Unexpected("not_expected", f"no .gkg.csv.zip in the index: it begins with {answer.text[:60]!r}")
    return Named(urljoin(answer.url, named["name"]), named["md5"])


def notices(answer: Answer, source: "Source") -> Iterator[Notice]:
    """The pages of one file that have a title and one of the record's themes. Raises ``Unexpected`` for anything that is no such file."""
    wanted, rows = set(source.options["themes"]), 0
    for line in _lines(answer.body):
        row = line.decode("utf-8", "replace").rstrip("\r\n").split("\t")
        if len(row) != COLUMNS:
            continue
        rows += 1
        title = _title(row[EXTRAS])
        if title and row[ADDRESS].startswith(("http://", "https://")) and (not wanted or wanted & set(row[THEMES].split(";"))):
            yield _notice(row, title, source)
    if not rows:
        raise Unexpected("not_expected", f"no row of {COLUMNS} columns in the file")


def _lines(body: bytes) -> Iterator[bytes]:
    try:
        with ZipFile(BytesIO(body)) as archive:
            if len(archive.infolist()) != 1:
                raise Unexpected("not_expected", f"{len(archive.infolist())} files in the archive, where there is always one")
            with archive.open(archive.infolist()[0]) as file:
                left = MOST_UNZIPPED
                while line := file.readline(LONGEST_ROW):
                    left -= len(line)
                    if left < 0:
                        raise Unexpected("too_big", f"more than {MOST_UNZIPPED} bytes unzipped")
                    yield line
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:  # the last two: encrypted, or packed otherwise
        raise Unexpected("parse_error", f"no zip archive that can be read: {error}") from None


def _title(extras: str) -> str:
    """The page's title on one line, "" where the row has none."""
    begin, end = _TITLE
    start = extras.find(begin) + len(begin)
    stop = extras.find(end, start, start + LONGEST_TITLE + len(end))
    return " ".join(html.unescape(extras[start:stop]).split()) if begin in extras and stop >= 0 else ""


def _notice(row: list[str], title: str, source: "Source") -> Notice:
    original = _LANGUAGE.search(row[TRANSLATED])
    seen = row[DATE]
    return Notice(
        source=source.name,
        key=row[ADDRESS],
        url=row[ADDRESS],
        title=title,
        published=f"{seen[:8]}T{seen[8:]}Z" if _SEEN.fullmatch(seen) else "",
        lang="" if source.lang else _LANGUAGES.get(original[1], "") if original else "en",
        fields={"publisher": row[PUBLISHER]},
    )
