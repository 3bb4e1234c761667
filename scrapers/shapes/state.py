"""The US State Department's travel advisories: its API (JSON) and its feed, which say the same in two forms. One notice for each country.

API: [{"Title": "Mali - Level 4: Do Not Travel", "Link", "Category": ["ML"], "Published": "2026-01-09T19:00:00-05:00", "Updated",
"Summary" (HTML), "id"}].
Feed: RSS 2.0 with the same title, a pubDate without time ("Tue, 15 Sep 2026"), and the code as a category of the domain "Country-Tag".

Neither gives a country something that stays: links changed their scheme, the guid is the link, codes are FIPS 10-4, may be missing, and
one stands beside several territories. What stays is the name in the title, folded. The API answers from copies of different age; an older
one is told by its date, and not taken (``pipelines.storage.intake``).
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pipelines.cleaning.published import published_at
from scrapers.answer import Answer, Unexpected
from scrapers.base import SourceSpider
from scrapers.notice import Notice
from scrapers.run import Run
from scrapers.shapes import feed
from scrapers.shapes.records import document

if TYPE_CHECKING:
    from scrapers.sources import Source

_TITLE = re.compile(r"\s*(?P<name>.+?)(?:\s+Travel Advisory)?\s+-\s+(?P<shared>See Summaries\s+-\s+)?Level\s+(?P<level>[1-4])\b")
_TAG = "Country-Tag"


class StateSpider(SourceSpider):
    def read(self, answer: Answer, run: Run) -> Iterable[Notice]:
        yield from notices(answer, self.source)
        if not _is_json(answer) and feed.is_cut(answer):
            raise Unexpected("parse_error", "the feed breaks off")


def notices(answer: Answer, source: "Source") -> list[Notice]:
    """One notice for each advisory. Raises ``Unexpected`` for an answer that is neither, or without a level in any title."""
    if _is_json(answer):
        records = document(answer)
        if not isinstance(records, list):
            raise Unexpected("not_expected", "no list of advisories in the document")
        found = [_of_record(record, source) for record in records if isinstance(record, dict)]
    else:
        parsed = feed.parsed(answer)
        found = [_of_entry(entry, source) for entry in parsed.entries]
        records = parsed.entries
    latest: dict[str, Notice] = {}
    for notice in filter(None, found):
        known = latest.get(notice.key)
        if known is None or _when(notice, source) > _when(known, source):
            latest[notice.key] = notice
    if records and not latest:
        raise Unexpected("parse_error", f"{len(records)} records, none with a level in its title")
    return list(latest.values())


def _when(notice: Notice, source: "Source") -> str:
    """A country that stands there twice, under its old address and its new one, is what the later record says."""
    moment, _ = published_at(notice.published, source.zone)
    return moment.isoformat() if moment else ""


def _is_json(answer: Answer) -> bool:
    return answer.text.lstrip().startswith(("{", "["))


def _of_record(record: dict[str, Any], source: "Source") -> Notice | None:
    codes = record.get("Category")
    code = next((code for code in codes if isinstance(code, str)), "") if isinstance(codes, list) else ""
    printed = str(record.get("Updated") or record.get("Published") or "")
    return _notice(source, str(record.get("Title") or ""), code, str(record.get("Link") or ""), str(record.get("Summary") or ""), printed)


def _of_entry(entry: Any, source: "Source") -> Notice | None:
    code = next((tag.get("term") or "" for tag in entry.get("tags", ()) if tag.get("scheme") == _TAG), "")
    return _notice(source, entry.get("title") or "", code, entry.get("link") or "", feed.body(entry), entry.get("published") or "")


def _notice(source: "Source", title: str, code: str, url: str, html: str, published: str) -> Notice | None:
    """None for a title without a level. Where a title speaks for several, the code tells them apart."""
    heading = _TITLE.match(title)
    if heading is None:
        return None
    name = heading["name"].strip()
    return Notice(
        source=source.name,
        key=f"{folded(name)} {code.lower()}".strip() if heading["shared"] else folded(name),
        url=url or source.url,
        title=title.strip(),
        html=html,
        published=published.strip(),
        fields={"country": "" if heading["shared"] else name, "fips": code.strip()},
    )


def folded(name: str) -> str:
    """``Cote d Ivoire`` and ``Côte d’Ivoire`` are the same: "cote-d-ivoire"."""
    plain = unicodedata.normalize("NFKD", name)
    return "-".join(re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)).lower()))
