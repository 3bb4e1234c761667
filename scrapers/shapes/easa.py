"""EASA's conflict zone information bulletins (CZIB), from the JSON export of its list.

A bulletin keeps its number when it is revised, so number and date of issue identify it. Its ``updated`` moves with each
review and with mass edits, and is left out: it would make a new version of what says the same.
"""

import html
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from scrapers.answer import Answer, Unexpected
from scrapers.base import SourceSpider
from scrapers.notice import Notice
from scrapers.run import Run
from scrapers.shapes.records import document

if TYPE_CHECKING:
    from scrapers.sources import Source

PAGE = "https://www.easa.europa.eu/en/domains/air-operations/czibs"

_TAG = re.compile(r"<[^>]*>")
_DAY = re.compile(r"(\d\d)/(\d\d)/(\d{4})")


class EasaSpider(SourceSpider):
    def read(self, answer: Answer, run: Run) -> Iterable[Notice]:
        return notices(answer, self.source)


def notices(answer: Answer, source: "Source") -> list[Notice]:
    """One notice for each bulletin, with its fields. Raises ``Unexpected`` where the export is none."""
    export = document(answer)
    bulletins = export.get("conflict_zones") if isinstance(export, dict) else None
    if not isinstance(bulletins, list):
        raise Unexpected("not_expected", "no conflict_zones in the document")
    return [_notice(bulletin, source) for bulletin in bulletins if isinstance(bulletin, dict) and bulletin.get("Nid")]


def _notice(bulletin: dict[str, Any], source: "Source") -> Notice:
    name, country = _words(bulletin.get("name")), _words(bulletin.get("country"))
    status, validity = _words(bulletin.get("status")), _words(bulletin.get("field_easa_valid_until_descr"))
    issued, until = str(bulletin.get("issued_date") or ""), _words(bulletin.get("valid_until_date"))
    day = _DAY.fullmatch(until)
    number = str(bulletin["Nid"])
    lines = (f"Status: {status}.", country and f"Countries: {country}.", (validity or until) and f"Valid until: {validity or until}")
    return Notice(
        source=source.name,
        key=f"{number} {issued[:10]}",
        url=PAGE,
        title=name,
        text="\n".join(filter(None, lines)),
        published=issued,
        fields={
            "number": number,
            "issued": issued[:10],
            "valid_until": f"{day[3]}-{day[2]}-{day[1]}" if day else "",
            "status": status,
            "name": name,
            "country": country,
        },
    )


def _words(value: Any) -> str:
    """Tags and entities resolved, blanks folded."""
    return " ".join(html.unescape(_TAG.sub(" ", str(value or ""))).split())
