"""The FAA's NOTAM services: its API (GeoJSON, with a key) and the answers of its search. One notice for each NOTAM, in its ICAO form.

API, https://external-api.faa.gov/notamapi/v1/notams?icaoLocation=KICZ&pageSize=1000, headers client_id and client_secret; as its
public description and readers have it::

    {"pageSize": 1000, "pageNum": 1, "totalCount": 2, "totalPages": 1, "items": [{"properties": {"coreNOTAMData": {
        "notam": {"number": "A0012/25", "type": "N", "issued": "2025-11-21T18:08:00.000Z", "location": "KICZ",
                  "icaoLocation": "KICZ", "effectiveStart": "...Z", "effectiveEnd": "...Z" or "PERM", "text": "...", ...},
        "notamTranslation": [{"type": "ICAO", "formattedText": "A0012/25 NOTAMN\\nQ) ..."},
                             {"type": "LOCAL_FORMAT", "simpleText": "!FDC ..."}]}}}]}

Search, notams.aim.faa.gov: {"notamList": [{"icaoId", "notamNumber", "icaoMessage", "issueDate": "02/28/2026 0632", "status",
"cancelledOrExpired", ...}], "totalNotamCount": 1}; times are UTC, whatever EST behind an end suggests (it says "estimated").

A NOTAM that another one in the list replaces or cancels is over, and is gone from the list without a word: a notice with its key says so,
behind all the others, so that what replaces it is known by then. One that is gone otherwise may be a fault of the service.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from scrapers.answer import Answer, Unexpected
from scrapers.base import SourceSpider
from scrapers.notice import Notice
from scrapers.run import Run
from scrapers.shapes.records import document

if TYPE_CHECKING:
    from scrapers.sources import Source

PAGE = "https://notams.aim.faa.gov/notamSearch/"

_HEADER = re.compile(r"\b(?P<number>[A-Z]\d{4}/\d\d)\s+NOTAM(?P<kind>[NRC])\b(?:\s+(?P<about>[A-Z]\d{4}/\d\d)\b)?")
_SEARCH_TIME = re.compile(r"(\d\d)/(\d\d)/(\d{4}) (\d\d)(\d\d)")


class NotamSpider(SourceSpider):
    def read(self, answer: Answer, run: Run) -> Iterable[Notice]:
        return notices(answer, self.source)


def notices(answer: Answer, source: "Source") -> list[Notice]:
    """One notice for each NOTAM, then one for each that is over. Raises ``Unexpected`` for an answer without a list, or of more pages."""
    said = document(answer)
    records = said.get("items", said.get("notamList")) if isinstance(said, dict) else None
    if not isinstance(records, list):
        raise Unexpected("not_expected", "neither items nor notamList in the document")
    if isinstance(pages := said.get("totalPages"), int) and pages > 1:
        raise Unexpected("parse_error", f"{pages} pages, where one is read: ask for fewer locations at once")
    found = [notice for record in records if isinstance(record, dict) and (notice := _notice(record, source)) is not None]
    if records and not found:
        raise Unexpected("parse_error", f"{len(records)} records, none with a number and a text")
    return [*found, *_over(found, source)]


def _notice(record: dict[str, Any], source: "Source") -> Notice | None:
    core = _table(_table(record.get("properties")).get("coreNOTAMData"))
    return _of_api(core, source) if core else _of_search(record, source)


def _of_api(core: dict[str, Any], source: "Source") -> Notice | None:
    notam = _table(core.get("notam"))
    forms = core.get("notamTranslation")
    texts = {
        form.get("type"): form.get("formattedText") or form.get("simpleText")
        for form in (forms if isinstance(forms, list) else [])
        if isinstance(form, dict)
    }
    text = texts.get("ICAO") or texts.get("LOCAL_FORMAT") or notam.get("text")
    return _made(
        source,
        where=notam.get("icaoLocation") or notam.get("location"),
        number=notam.get("number"),
        text=text,
        issued=str(notam.get("issued") or ""),
        over=bool(notam.get("cancelationDate")),
    )


def _of_search(record: dict[str, Any], source: "Source") -> Notice | None:
    time = _SEARCH_TIME.match(str(record.get("issueDate") or ""))
    return _made(
        source,
        where=record.get("icaoId") or record.get("facilityDesignator"),
        number=record.get("notamNumber"),
        text=record.get("icaoMessage") or record.get("traditionalMessage"),
        issued=f"{time[3]}-{time[1]}-{time[2]}T{time[4]}:{time[5]}Z" if time else "",
        over=record.get("cancelledOrExpired") is True,
    )


def _made(source: "Source", where: Any, number: Any, text: Any, issued: str, over: bool) -> Notice | None:
    if not (isinstance(number, str) and number.strip() and isinstance(text, str) and text.strip()):
        return None
    header = _HEADER.search(text)
    number = header["number"] if header else number.strip()
    key = f"{where or ''} {number}".strip()
    fields: dict[str, Any] = {"number": number, "location": str(where or "")}
    if over:
        fields["over"] = True
    return Notice(source=source.name, key=key, url=PAGE, title=f"NOTAM {key}", text=text.strip(), published=issued, fields=fields)


def _over(found: list[Notice], source: "Source") -> Iterator[Notice]:
    """What the NOTAMs that were found replace or cancel, unless the list still has it."""
    listed = {notice.key for notice in found}
    for notice in found:
        header = _HEADER.search(notice.text)
        key = f"{notice.fields['location']} {header['about']}".strip() if header else ""
        if header and header["about"] and key not in listed:
            verb = "Cancelled" if header["kind"] == "C" else "Replaced"
            yield Notice(
                source=source.name,
                key=key,
                url=PAGE,
                title=f"NOTAM {key}",
                text=f"{verb} by NOTAM {notice.fields['number']}.",
                published=notice.published,
                fields={"number": header["about"], "location": notice.fields["location"], "over": True},
            )


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
