"""A source's answers kept for the tests, and what its shape makes of them.

``FOLDER/SOURCE/DATE-SLUG.EXT`` is an answer, byte for byte; ``DATE-SLUG.article.EXT`` one of an address that a list named.
Beside it, ``….golden.json``: the notices in it, as the spider itself reads them. And, where the answer was fetched and not written by
hand, ``….origin.toml``: when it was fetched, from which address, and what the server said of it::

    url = "https://www.example.org/news/rss.xml"     # where it came from in the end
    asked = "https://example.org/rss"                # where that is not what was asked for
    fetched = 2026-11-24T06:40:00Z
    content_type = "application/rss+xml; charset=utf-8"
"""

import io
import json
import tomllib
import zipfile
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scrapy.http import Request

from scrapers.answer import Answer
from scrapers.notice import Notice
from scrapers.run import Run
from scrapers.spiders import spider_class

if TYPE_CHECKING:
    from scrapers.sources import Source

SUFFIXES = {"html": ".html", "xml": ".xml", "json": ".json", "zip": ".zip", "plain": ".txt"}
"""By what a content type says; else ``.html``."""
ARTICLE = ".article"
ZIPPED = (".csv",)
"""What lies here as text and comes zipped: GDELT's files, to which an index leads."""
BESIDE = (".golden.json", ".origin.toml")


class Kept(NamedTuple):
    """An answer as it came."""

    url: str
    body: bytes
    content_type: str
    asked: str
    at: datetime


def fixtures(folder: Path) -> list[Path]:
    """The answers in the folder of one source."""
    return sorted(path for path in folder.glob("*") if not path.name.endswith(BESIDE))


def golden(file: Path) -> Path:
    """Where the notices of an answer stand."""
    return file.with_name(f"{file.stem}.golden.json")


def origin(file: Path) -> Path:
    """Where it stands how an answer was fetched."""
    return file.with_name(f"{file.stem}.origin.toml")


def read(file: Path, source: "Source") -> list[Notice]:
    """The notices in a kept answer, by the source's own spider; of an article to be fetched, its address. Raises Unexpected."""
    told = tomllib.loads(origin(file).read_text("utf-8")) if origin(file).exists() else {}
    slug = file.name.partition(ARTICLE)[0][len("2025-12-01-") :]
    url = told.get("url") or (f"{source.url}/{slug}" if ARTICLE in file.name else source.url)
    answer = Answer(url, body(file), told.get("content_type", ""), told.get("asked", url))
    spider, run = spider_class(source)(), Run(source, datetime.now(UTC), requests=1000)
    return list(map(_notice, (spider.article if ARTICLE in file.name or file.suffix in ZIPPED else spider.read)(answer, run)))


def body(file: Path) -> bytes:
    """The answer that a file holds: as it stands, or zipped where the source zips what is kept readable here."""
    if file.suffix not in ZIPPED:
        return file.read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(file.name, file.read_bytes())
    return packed.getvalue()


def _notice(found: Notice | Request) -> Notice:
    if isinstance(found, Notice):
        return found
    asked, printed = found.cb_kwargs["asked"], getattr(found.cb_kwargs["reader"], "keywords", {}).get("printed", "")
    return Notice(found.cb_kwargs["run"].source.name, key=asked, url=asked, published=printed)


def as_golden(notices: Iterable[Notice]) -> list[dict[str, Any]]:
    """Notices as a golden file holds them: without what is empty."""
    return [{name: value for name, value in asdict(notice).items() if value} for notice in notices]


def write_golden(file: Path, source: "Source") -> list[Notice]:
    """Reads a kept answer and writes down what is in it, for somebody to read. Raises Unexpected, OSError."""
    notices = read(file, source)
    golden(file).write_text(json.dumps(as_golden(notices), ensure_ascii=False, indent=1) + "\n", "utf-8")
    return notices


def keep(source: "Source", answers: Iterable[Kept], folder: Path, slug: str) -> list[Path]:
    """Writes the answers and their origin to FOLDER/SOURCE, the first as the source's own; gives the files. Raises OSError."""
    place = folder / source.name
    place.mkdir(parents=True, exist_ok=True)
    written = []
    for number, answer in enumerate(answers):
        suffix = next((suffix for word, suffix in SUFFIXES.items() if word in answer.content_type.lower()), ".html")
        file = place / f"{answer.at:%Y-%m-%d}-{slug}{ARTICLE if number else ''}{suffix}"
        file.write_bytes(answer.body)
        said = {"url": answer.url, "asked": answer.asked if answer.asked != answer.url else "", "content_type": answer.content_type}
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in said.items() if value]
        origin(file).write_text("\n".join((*lines, f"fetched = {answer.at:%Y-%m-%dT%H:%M:%SZ}")) + "\n", "utf-8")
        written.append(file)
    return written
